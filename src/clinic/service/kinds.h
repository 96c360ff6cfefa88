/** Sizes of what the clinic keeps. */
#ifndef RSP_CLINIC_SERVICE_KINDS_H
#define RSP_CLINIC_SERVICE_KINDS_H

#define RSP_KIND_WHOLE_MOST 9e15

enum {
    RSP_RECORD_MOST = 200000,     /* bytes of a clinical record as JSON */
    RSP_KEPT_MOST = 2000,         /* bytes of an answer that is kept for the same request made again */
    RSP_PLAN_TEXT_MOST = 2000000, /* bytes of a kept forecast as JSON */
    RSP_DETAIL_SIZE = 200,
    RSP_LEVEL_MOST_NG_PER_ML =
        100000, /* what the store takes; rules/record_form.yaml says what is possible */
};

#endif
