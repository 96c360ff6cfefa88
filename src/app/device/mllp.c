#include "app/device/mllp.h"

#include <stdlib.h>
#include <string.h>

enum { BEGIN = 0x0b, END = 0x1c, AFTER_END = 0x0d };
enum { FIRST_BYTES = 4096, KEPT_BYTES = 64 << 10 }; /* what a long frame took beyond this is given back */

void rsp_mllp_init(struct rsp_mllp *mllp, size_t max)
{
    *mllp = (struct rsp_mllp){.max = max};
}

void rsp_mllp_free(struct rsp_mllp *mllp)
{
    free(mllp->data);
    *mllp = (struct rsp_mllp){0};
}

bool rsp_mllp_inside(const struct rsp_mllp *mllp)
{
    return mllp->state != RSP_MLLP_OUTSIDE;
}

static bool make_room(struct rsp_mllp *m, size_t n)
{
    size_t capacity = m->capacity > 0 ? m->capacity : FIRST_BYTES;
    if (n <= m->capacity)
        return true;
    while (capacity < n)
        capacity *= 2;
    if (capacity > m->max)
        capacity = m->max;
    char *data = realloc(m->data, capacity);
    if (data == NULL)
        return false;
    m->data = data;
    m->capacity = capacity;
    return true;
}

static void hold(struct rsp_mllp *m, const char *bytes, size_t n)
{
    const size_t room = m->max - m->n_held, fits = n < room ? n : room;
    if (m->too_long)
        return;
    if (!make_room(m, m->n_held + fits)) {
        m->too_long = m->no_memory = true;
        return;
    }
    if (fits > 0)
        memcpy(m->data + m->n_held, bytes, fits);
    m->n_held += fits;
    m->too_long = fits < n;
}

static void begin(struct rsp_mllp *m)
{
    if (m->capacity > KEPT_BYTES) {
        free(m->data);
        m->data = NULL;
        m->capacity = 0;
    }
    m->state = RSP_MLLP_INSIDE;
    m->n_held = 0;
    m->too_long = m->no_memory = false;
}

static enum rsp_mllp_event leave(struct rsp_mllp *m, enum rsp_mllp_event event)
{
    m->state = RSP_MLLP_OUTSIDE;
    m->length = m->n_held;
    m->n_held = 0;
    return event == RSP_MLLP_FRAME && m->too_long ? RSP_MLLP_TOO_LONG : event;
}

static enum rsp_mllp_event tell_garbage(struct rsp_mllp *m)
{
    m->length = m->n_garbage;
    m->n_garbage = 0;
    return RSP_MLLP_GARBAGE;
}

/* Between frames. */
static enum rsp_mllp_event outside(struct rsp_mllp *m, const char *bytes, size_t n, size_t *taken)
{
    for (; *taken < n; ++*taken) {
        const char byte = bytes[*taken];
        if (byte == BEGIN) {
            if (m->n_garbage > 0)
                return tell_garbage(m); /* the frame begins with the next call */
            ++*taken;
            begin(m);
            break;
        }
        m->n_garbage += byte != '\r' && byte != '\n';
    }
    return RSP_MLLP_MORE;
}

/* Within a frame, up to its end or to the beginning of another. */
static enum rsp_mllp_event inside(struct rsp_mllp *m, const char *bytes, size_t n, size_t *taken)
{
    const char *rest = bytes + *taken;
    const char *stop = memchr(rest, END, n - *taken);
    const size_t before = stop != NULL ? (size_t)(stop - rest) : n - *taken;
    const char *anew = memchr(rest, BEGIN, before);
    const size_t used = anew != NULL ? (size_t)(anew - rest) : before;
    hold(m, rest, used);
    *taken += used;
    if (anew != NULL)
        return leave(m, RSP_MLLP_CUT);
    if (stop != NULL) {
        ++*taken;
        m->state = RSP_MLLP_ENDING;
    }
    return RSP_MLLP_MORE;
}

enum rsp_mllp_event rsp_mllp_take(struct rsp_mllp *mllp, const char *bytes, size_t n, size_t *taken)
{
    enum rsp_mllp_event event = RSP_MLLP_MORE;
    *taken = 0;
    while (*taken < n && event == RSP_MLLP_MORE) {
        if (mllp->state == RSP_MLLP_OUTSIDE)
            event = outside(mllp, bytes, n, taken);
        else if (mllp->state == RSP_MLLP_INSIDE)
            event = inside(mllp, bytes, n, taken);
        else if (bytes[*taken] == AFTER_END) {
            ++*taken;
            event = leave(mllp, RSP_MLLP_FRAME);
        } else
            event = leave(mllp, RSP_MLLP_CUT);
    }
    return event;
}

enum rsp_mllp_event rsp_mllp_end(struct rsp_mllp *mllp)
{
    if (mllp->state != RSP_MLLP_OUTSIDE)
        return leave(mllp, RSP_MLLP_CUT);
    return mllp->n_garbage > 0 ? tell_garbage(mllp) : RSP_MLLP_MORE;
}

void rsp_mllp_wrap(struct rsp_buf *out, const char *message, size_t length)
{
    static const char first[] = {BEGIN}, last[] = {END, AFTER_END};
    rsp_buf_add(out, first, sizeof first);
    rsp_buf_add(out, message, length);
    rsp_buf_add(out, last, sizeof last);
}
