#include "paper.h"

#include <stdio.h>
#include <string.h>

#include "exchange/chart.h"

/* Advance widths from blank to tilde, thousandths of the size, of DejaVu Sans (its table hmtx): of the fonts that a browser may take
 * the widest, so that nothing runs over the edge where Arial and Helvetica are missing. */
static const short advance[] = {318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318,
    337, 636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698,
    770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974,
    634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};

/* Other letters count as wide ones; bold ones are wider. */
enum { OTHER = 840, WIDE = 1100 };
#define BOLD  1.12
#define ROOMY 1.02

static double letter_width(const char *text, size_t length)
{
    const unsigned char letter = (unsigned char)text[0];
    if (length == 1 && letter >= ' ' && letter <= '~')
        return advance[letter - ' '] / 1e3;
    return (length <= 2 ? OTHER : WIDE) / 1e3;
}

static size_t step_of(const char *text)
{
    const size_t step = rsp_utf8_length(text, strlen(text));
    return step > 0 ? step : 1;
}

double rsp_paper_width(const char *text, const struct rsp_paper_font *font)
{
    double width = 0;
    for (; *text != '\0'; text += step_of(text))
        width += letter_width(text, step_of(text));
    return width * font->size_mm * ROOMY * (font->bold ? BOLD : 1.0);
}

void rsp_paper_text(
    struct rsp_buf *out, double x_mm, double y_mm, const struct rsp_paper_font *font, const char *text)
{
    static const char *const anchor[] = {"start", "middle", "end"};
    rsp_buf_printf(out, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"%.2f\"", x_mm, y_mm, font->size_mm);
    if (font->anchor != RSP_PAPER_LEFT)
        rsp_buf_printf(out, " text-anchor=\"%s\"", anchor[font->anchor]);
    if (font->bold)
        rsp_buf_text(out, " font-weight=\"bold\"");
    if (font->struck)
        rsp_buf_text(out, " text-decoration=\"line-through\"");
    if (font->colour != NULL)
        rsp_buf_printf(out, " fill=\"%s\"", font->colour);
    rsp_buf_text(out, ">");
    rsp_markup_text(out, text);
    rsp_buf_text(out, "</text>\n");
}

void rsp_paper_line(struct rsp_buf *out, double x1_mm, double y1_mm, double x2_mm, double y2_mm,
    double width_mm, const char *colour)
{
    rsp_buf_printf(out,
        "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke-width=\"%.2f\" stroke=\"%s\"/>\n",
        x1_mm, y1_mm, x2_mm, y2_mm, width_mm, colour);
}

void rsp_paper_box(struct rsp_buf *out, double x_mm, double y_mm, double width_mm, double height_mm,
    const char *fill, double stroke_mm)
{
    rsp_buf_printf(out, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"", x_mm, y_mm,
        width_mm, height_mm, fill);
    if (stroke_mm > 0)
        rsp_buf_printf(out, " stroke=\"#000\" stroke-width=\"%.2f\"", stroke_mm);
    rsp_buf_text(out, "/>\n");
}

bool rsp_paper_wrap_next(struct rsp_paper_wrap *wrap, char line[RSP_PAPER_LINE])
{
    const char *text = wrap->rest;
    size_t length = 0, blank = 0;
    double width = 0;
    if (text == NULL)
        return false;
    text += strspn(text, " \n");
    if (*text == '\0')
        return false;
    const double most = wrap->width_mm / (wrap->font.size_mm * ROOMY * (wrap->font.bold ? BOLD : 1.0));
    while (text[length] != '\0' && text[length] != '\n') {
        const size_t step = step_of(text + length);
        width += letter_width(text + length, step);
        if ((width > most && length > 0) || length + step >= RSP_PAPER_LINE)
            break;
        if (text[length] == ' ')
            blank = length;
        length += step;
    }
    if (text[length] != '\0' && text[length] != '\n' && text[length] != ' ' && blank > 0)
        length = blank;
    (void)snprintf(line, RSP_PAPER_LINE, "%.*s", (int)length, text);
    wrap->rest = text + length;
    return true;
}

size_t rsp_paper_wrap_count(const char *text, double width_mm, const struct rsp_paper_font *font)
{
    struct rsp_paper_wrap wrap = {text, width_mm, *font};
    char line[RSP_PAPER_LINE];
    size_t n = 0;
    while (rsp_paper_wrap_next(&wrap, line))
        n++;
    return n;
}
