/* Who may do what. The table is RSP_USE_CASE_LIST; here it is read. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "service/inputs.h"

/* A use case that nobody may do is one whose permission was forgotten. */
#define RSP_X(name, roles, flags, summary)                                                                   \
    _Static_assert((roles) != 0, "use case " #name " declares no permission");                               \
    _Static_assert(((roles)&RSP_ROLE_ANYONE) == 0 || ((flags)&RSP_CASE_SESSION) != 0,                        \
        "use case " #name " is open to everybody and does not sign in");                                     \
    _Static_assert(((flags)&RSP_CASE_PATIENT) == 0 || ((flags)&RSP_CASE_CLINICAL) != 0,                      \
        "use case " #name " is about a patient and not clinical");
RSP_USE_CASE_LIST(RSP_X)
#undef RSP_X

/* What a role denies whatever else its holder may be: an administrator sees no clinical data, a researcher
 * nothing that identifies. */
static const struct {
    unsigned role, flags;
} denial[] = {
    {RSP_ROLE_ADMINISTRATOR, RSP_CASE_CLINICAL | RSP_CASE_RESEARCH},
    {RSP_ROLE_CONSOLE, RSP_CASE_CLINICAL | RSP_CASE_RESEARCH},
    {RSP_ROLE_RESEARCHER, RSP_CASE_CLINICAL},
};

static const struct {
    unsigned role;
    const char *word;
} role_word[] = {
#define RSP_X(name, bit, word) {bit, word},
    RSP_ROLE_LIST(RSP_X)
#undef RSP_X
};
enum { N_ROLE = sizeof role_word / sizeof *role_word };

const struct rsp_use_case_row *rsp_use_case_row(enum rsp_use_case use_case)
{
    static const struct rsp_use_case_row row[RSP_N_USE_CASE] = {
#define RSP_X(name, roles, flags, summary)                                                                   \
    [RSP_USE_##name] = {#name, roles, flags, summary, rsp_inputs_##name, RSP_N_INPUT(name)},
        RSP_USE_CASE_LIST(RSP_X)
#undef RSP_X
    };
    return use_case > RSP_USE_NONE && use_case < RSP_N_USE_CASE ? &row[use_case] : NULL;
}

bool rsp_permitted(const struct rsp_use_case_row *row, unsigned roles)
{
    for (size_t i = 0; i < sizeof denial / sizeof *denial; i++)
        if ((roles & denial[i].role) != 0 && (row->flags & denial[i].flags) != 0)
            return false;
    return (row->roles & roles) != 0;
}

int rsp_roles_format(unsigned roles, char *text, size_t size)
{
    int length = 0;
    if (size > 0)
        text[0] = '\0';
    for (size_t i = 0; i < N_ROLE; i++) {
        if ((roles & role_word[i].role) == 0)
            continue;
        const size_t at = (size_t)length < size ? (size_t)length : size;
        length += snprintf(text + at, size - at, "%s%s", length > 0 ? "," : "", role_word[i].word);
    }
    return length;
}

static rsp_status parse_role(const char *word, unsigned *roles, struct rsp_error *err)
{
    const char *known[N_ROLE + 1] = {0};
    size_t n = 0;
    for (size_t i = 0; i < N_ROLE; i++) {
        if ((role_word[i].role & RSP_ROLES_STAFF) == 0)
            continue;
        known[n++] = role_word[i].word;
        if (strcmp(word, role_word[i].word) == 0) {
            *roles |= role_word[i].role;
            return RSP_OK;
        }
    }
    const char *nearest = rsp_text_nearest(word, known);
    if (nearest != NULL)
        return rsp_error_set(
            err, RSP_E_UNKNOWN, "roles", "there is no role '%.40s': did you mean '%s'?", word, nearest);
    return rsp_error_set(err, RSP_E_UNKNOWN, "roles",
        "there is no role '%.40s': roles are physician, nurse, therapist, researcher, administrator", word);
}

rsp_status rsp_roles_parse(const char *text, unsigned *roles, struct rsp_error *err)
{
    char word[40];
    unsigned found = 0;

    for (;;) {
        const size_t length = strcspn(text, ",");
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        RSP_TRY(parse_role(word, &found, err));
        if (text[length] == '\0')
            break;
        text += length + 1;
    }
    *roles = found;
    return RSP_OK;
}

const char *rsp_refusal_word(enum rsp_refusal refusal)
{
    static const char *const word[RSP_N_REFUSAL] = {[RSP_NOT_REFUSED] = "",
#define RSP_X(name, text) [name] = (text),
        RSP_REFUSAL_LIST(RSP_X)
#undef RSP_X
    };
    return refusal < RSP_N_REFUSAL ? word[refusal] : "";
}
