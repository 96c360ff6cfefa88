/** Kinds of fact: which fields a body has, what they may be, and which of them identify a person. */
#ifndef RSP_STORE_KIND_H
#define RSP_STORE_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include <respite/status.h>

enum rsp_field_type {
    RSP_FIELD_TEXT,   /* UTF-8; at most `high` bytes */
    RSP_FIELD_NUMBER, /* within [low, high] */
    RSP_FIELD_WHOLE,  /* integer within [low, high] */
    RSP_FIELD_BOOL,
    RSP_FIELD_DATE, /* "2026-11-29" */
};

struct rsp_field {
    const char *name;
    enum rsp_field_type type;
    bool required;
    bool identifying; /* kept encrypted with the person's key */
    double low, high;
};

struct rsp_kind {
    const char *name;
    int version; /* raised when fields change; facts of earlier versions stay as they are */
    bool about_person;
    bool begins_person; /* without a person given, the fact brings a new one into the store */
    const struct rsp_field *field;
    size_t n_field;
};

struct rsp_kinds {
    const struct rsp_kind *kind;
    size_t n_kind;
};

/** Kinds that show how a registry is made: person, diary_entry, infusion, note. */
const struct rsp_kinds *rsp_kinds_shown(void);

/** Kind by name, or NULL. */
const struct rsp_kind *rsp_kinds_find(const struct rsp_kinds *kinds, const char *name);

/** Whether a body has the fields of its kind and nothing else; err names the field. */
RSP_CHECKED rsp_status rsp_kind_check(const struct rsp_kind *kind, const json_t *body, struct rsp_error *err);

/** Field of a kind by name, or NULL. */
const struct rsp_field *rsp_kind_field(const struct rsp_kind *kind, const char *name);

#endif
