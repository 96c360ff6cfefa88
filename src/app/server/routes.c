#include "app/server/route.h"

#define API(method, path, use_case)                                                                          \
    {                                                                                                        \
        method, "/api/v1" path, RSP_USE_##use_case, RSP_PAGE_NONE, false                                     \
    }

const struct rsp_route rsp_routes[] = {
    {"GET", "/", RSP_USE_NONE, RSP_PAGE_HOME, false},
    {"GET", "/healthz", RSP_USE_NONE, RSP_PAGE_HEALTH, false},
    {"GET", "/api/v1/openapi.json", RSP_USE_NONE, RSP_PAGE_OPENAPI, false},

    API("POST", "/sign-in", sign_in),
    API("POST", "/sign-in/code", sign_in_code),
    API("POST", "/sign-in/demo", sign_in_demo),
    API("POST", "/sign-out", sign_out),
    API("POST", "/sign-out/everywhere", sign_out_everywhere),
    API("POST", "/confirm", confirm),
    API("GET", "/me", me),
    API("POST", "/me/password", password_change),

    API("GET", "/users", users),
    API("POST", "/users", user_add),
    API("POST", "/users/{name}/disable", user_disable),
    API("POST", "/users/{name}/reset", user_reset),
    API("GET", "/audit", audit),

    API("POST", "/patients", patient_create),
    API("POST", "/patients/search", patient_find), /* names do not belong into an address */
    API("GET", "/patients/{patient}", patient_read),
    {"PATCH", "/api/v1/patients/{patient}", RSP_USE_patient_amend, RSP_PAGE_NONE, true},
    API("GET", "/patients/{patient}/history", patient_history),
    API("POST", "/patients/{patient}/erase", patient_erase),
    API("POST", "/patients/{patient}/care", care_add),
    API("POST", "/patients/{patient}/break-glass", break_glass),
    API("GET", "/patients/{patient}/assessments", assessments),
    API("POST", "/patients/{patient}/assessments", assess),
    API("POST", "/patients/{patient}/plan", plan),
    API("POST", "/patients/{patient}/plans/preview", plan_preview),
    API("GET", "/protocols", protocols),
    API("GET", "/patients/{patient}/plans", plans),
    API("POST", "/patients/{patient}/plans", plan_keep),
    API("GET", "/patients/{patient}/plans/{plan}", plan_read),
    API("GET", "/patients/{patient}/plans/{plan}/sheet", sheet),
    API("POST", "/patients/{patient}/plans/{plan}/consent", consent),
    API("GET", "/patients/{patient}/consents", consents),
    API("GET", "/patients/{patient}/diary", diary),
    API("POST", "/patients/{patient}/diary", diary_add),

    API("GET", "/patients/{patient}/timeline", timeline),
    API("GET", "/patients/{patient}/progress", progress),
    API("GET", "/record-form", record_form),
    API("POST", "/patients/{patient}/assessments/preview", assess_preview),
    API("GET", "/instruments", instruments),
    API("POST", "/instruments/score", score_preview),
    API("GET", "/patients/{patient}/scores", scores),
    API("POST", "/patients/{patient}/scores", score_add),
    API("POST", "/patients/{patient}/findings/{finding}/answer", finding_answer),
    API("GET", "/findings", open_findings),

    API("GET", "/today", today),
    API("GET", "/chairs", chairs),
    API("POST", "/chairs", chair_set),
    API("GET", "/staff", staff),
    API("GET", "/appointments", appointments),
    API("GET", "/patients/{patient}/appointments", patient_appointments),
    API("POST", "/patients/{patient}/appointments", appointment_book),
    API("POST", "/patients/{patient}/appointments/slots", appointment_slots),
    API("POST", "/patients/{patient}/appointments/{appointment}/change", appointment_change),
    API("POST", "/patients/{patient}/appointments/{appointment}/cancel", appointment_cancel),
    API("POST", "/patients/{patient}/appointments/{appointment}/came", appointment_came),

    API("GET", "/register", register),
    API("POST", "/register", register_add),
    API("GET", "/register/words", register_words),
    API("GET", "/register/counts", register_counts),
    API("GET", "/register/export", register_export),
    API("GET", "/register/{entry}", register_read),
    API("POST", "/register/{entry}/amend", register_amend),

    API("GET", "/research/patients", research_patients),
};
const size_t rsp_n_route = sizeof rsp_routes / sizeof *rsp_routes;
