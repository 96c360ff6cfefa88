/** Drawing on a sheet of paper: SVG in millimetres, with text that is measured before it is set. */
#ifndef RSP_APP_PAGE_PAPER_H
#define RSP_APP_PAGE_PAPER_H

#include "base/text.h"

/** How a text stands at its x. */
enum rsp_paper_anchor { RSP_PAPER_LEFT, RSP_PAPER_MIDDLE, RSP_PAPER_RIGHT };

struct rsp_paper_font {
    double size_mm;
    bool bold, struck; /* struck: a line through it */
    enum rsp_paper_anchor anchor;
    const char *colour; /* NULL: black */
};

/** Greatest width of a text, mm, of the fonts that a browser may take. */
double rsp_paper_width(const char *text, const struct rsp_paper_font *font);

void rsp_paper_text(
    struct rsp_buf *out, double x_mm, double y_mm, const struct rsp_paper_font *font, const char *text);
void rsp_paper_line(struct rsp_buf *out, double x1_mm, double y1_mm, double x2_mm, double y2_mm,
    double width_mm, const char *colour);
/** @param fill "none", a colour, or "url(#hatch)" @param stroke_mm 0: none */
void rsp_paper_box(struct rsp_buf *out, double x_mm, double y_mm, double width_mm, double height_mm,
    const char *fill, double stroke_mm);

/** Lines of a text that is broken at blanks, and inside of a word only when it is longer than a line. */
enum { RSP_PAPER_LINE = 400 };
struct rsp_paper_wrap {
    const char *rest; /* what is left; NULL or "" at the end */
    double width_mm;
    struct rsp_paper_font font;
};
/** @return false when nothing is left */
bool rsp_paper_wrap_next(struct rsp_paper_wrap *wrap, char line[RSP_PAPER_LINE]);
size_t rsp_paper_wrap_count(const char *text, double width_mm, const struct rsp_paper_font *font);

#endif
