/* The table that parser, help, manual page and completion read. */
#include "cli.h"

#define ROW(options) options, sizeof(options) / sizeof(*(options))
#define NO_OPTIONS   NULL, 0

const struct rsp_cli_option rsp_cli_common[] = {
    {"today", "DATE", "the day to take as today, YYYY-MM-DD, instead of the clock's", NULL, false},
    {"help", NULL, "explain this command", NULL, false},
};
const size_t rsp_cli_n_common = sizeof rsp_cli_common / sizeof *rsp_cli_common;

static const struct rsp_cli_option json_option[] = {
    {"json", NULL, "one JSON object instead of text", NULL, false},
};

static const struct rsp_cli_option card_option[] = {
    {"output", "DIR", "write the pages and drawings of the models named (all when none is) to DIR",
        RSP_CLI_FILES, false},
};

static const struct rsp_cli_option evidence_option[] = {
    {"output", "DIR", "write DIR/README.md and its chart DIR/relief.svg instead of the page to stdout",
        RSP_CLI_FILES, false},
};

static const struct rsp_cli_option simulate_option[] = {
    {"model", "MODEL", "shipped model or model file, effects added with '+': otto2021+dahan2011",
        RSP_CLI_MODELS, false},
    {"dose", "TEXT", "dose text: '22.2 mg/h esketamine iv for 100 h'", NULL, true},
    {"data", "EVENTS.csv", "people, doses and times from an NM-TRAN data set instead of --dose",
        RSP_CLI_FILES, false},
    {"weight", "KG", "body weight in kg", NULL, false},
    {"age", "Y", "age in years", NULL, false},
    {"sex", "f|m", "sex", "f m", false},
    {"covariate", "NAME=VALUE", "another covariate of the model", NULL, true},
    {"patient", "FILE", "weight, age, sex and modifying drugs of a patient file", RSP_CLI_FILES, false},
    {"times", "TIMES", "'START:END:STEP UNIT' or 'T1,T2,... UNIT', unit min, h, d or wk", NULL, false},
    {"output", "NAME,...", "outputs to write (all of them when left out)", NULL, false},
    {"subjects", "N", "N virtual people with between-person variability", NULL, false},
    {"seed", "S", "seed of the random numbers (1)", NULL, false},
    {"uncertainty", "KIND", "draw the uncertain parameters: none, one draw a person, or one a trial",
        "none person trial", false},
    {"quantiles", "P,...", "percentiles over the people instead of their curves: 5,50,95", NULL, false},
    {"param", "NAME=VALUE", "another typical value of a parameter, in its published unit", NULL, true},
    {"assume", "NAME", "accept a named assumption", "racemate_half_s slow_effect_any_site", true},
    {"digits", "N", "significant digits of csv and json (10)", NULL, false},
    {"threads", "N", "threads (all processors); the numbers do not depend on it", NULL, false},
    {"format", "FORM", "csv, json or table (a table on a terminal, else csv)", "csv json table", false},
    {"plot", "FILE", "draw the curves to FILE.svg or FILE.html", RSP_CLI_FILES, false},
    {"force-covariates", NULL, "accept a weight or an age outside the range that the model was fitted on",
        NULL, false},
    {"allow-any-dose", NULL, "accept a physically absurd dose (over 20 mg/kg within an hour, or 10 g a day)",
        NULL, false},
};

static const struct rsp_cli_option plan_option[] = {
    {"protocol", "ID", "published protocol (the default one of the condition when left out)",
        RSP_CLI_PROTOCOLS, false},
    {"dose", "TEXT", "own regimen in dose texts instead of a protocol", NULL, true},
    {"compare", "ID,...", "set other protocols beside it", RSP_CLI_PROTOCOLS, false},
    {"start", "DATE", "day of the first dose, YYYY-MM-DD (today when left out)", NULL, false},
    {"confirm-dose", "TEXT", "the dose typed again, after a ten-fold finding", NULL, false},
    {"syringe", "AMOUNT in VOLUME", "drug in the syringe or bag, '200 mg in 200 mL': pump rates in mL/h too",
        NULL, false},
    {"diary", "FILE.csv", "pain diary; refused: this release does not learn from it yet", RSP_CLI_FILES,
        false},
    {"levels", "FILE.csv", "measured levels; refused: this release does not learn from them yet",
        RSP_CLI_FILES, false},
    {"subjects", "N", "virtual copies of the patient behind the intervals (1,000)", NULL, false},
    {"seed", "S", "seed of the random numbers (1)", NULL, false},
    {"json", NULL, "one JSON object instead of text", NULL, false},
    {"report", "FILE.html", "write the plan as one self-contained page for the record", RSP_CLI_FILES, false},
    {"force-covariates", NULL, "accept a weight from 2 to 650 kg that is outside the plausible range", NULL,
        false},
};

#define DB_OPTIONS                                                                                           \
    {"db", "FILE.db", "the clinic's database", RSP_CLI_FILES, false},                                        \
    {                                                                                                        \
        "key", "FILE", "key of the site (FILE.db.key when left out)", RSP_CLI_FILES, false                   \
    }

static const struct rsp_cli_option serve_option[] = {
    DB_OPTIONS,
    {"listen", "ADDRESS:PORT", "where to listen (127.0.0.1:8080); port 0 takes a free one", NULL, false},
    {"tls-cert", "FILE", "certificate chain in PEM form", RSP_CLI_FILES, false},
    {"tls-key", "FILE", "its private key in PEM form", RSP_CLI_FILES, false},
    {"origin", "URL", "by which name browsers reach this server: https://clinic.example", NULL, false},
    {"proxy", NULL, "a proxy stands before this server: its X-Forwarded-For says who calls", NULL, false},
    {"plain-anywhere", NULL, "listen without TLS where others can reach it: passwords travel readable", NULL,
        false},
    {"openapi", NULL, "print the description of the API instead of serving", NULL, false},
};

static const struct rsp_cli_option user_add_option[] = {
    DB_OPTIONS,
    {"role", "ROLE", "physician, nurse, therapist, researcher or administrator",
        "physician nurse therapist researcher administrator", true},
    {"json", NULL, "one JSON object instead of text", NULL, false},
};

static const struct rsp_cli_option user_reset_option[] = {
    DB_OPTIONS,
    {"why", "TEXT", "reason, for the record", NULL, false},
    {"json", NULL, "one JSON object instead of text", NULL, false},
};

static const struct rsp_cli_option user_disable_option[] = {
    DB_OPTIONS,
    {"why", "TEXT", "reason, for the record", NULL, false},
};

static const struct rsp_cli_option user_list_option[] = {
    DB_OPTIONS,
    {"json", NULL, "one JSON object instead of text", NULL, false},
};

const struct rsp_cli_command rsp_cli_commands[] = {
    {"plan", "PATIENT.yaml", "candidacy, regimen and expected relief for one patient",
        "Says whether the patient is a candidate and why, sets out a published protocol (or your own doses) "
        "in "
        "amounts, pump rates and dates, and predicts how long relief is expected to last, when the next "
        "infusion "
        "is due and what the infusion may feel like, each with its interval, its ground and its sources.\n\n"
        "Where the model has no ground (other conditions, short series), the published results of that "
        "regimen "
        "and condition lead and the model's figure is marked hypothetical. Exit code 1: not a "
        "candidate, no regimen could be given (no weight), or a hard limit is broken.",
        "respite plan examples/patients/crps.yaml\n"
        "respite plan examples/patients/crps.yaml --report plan.html\n"
        "respite plan PATIENT.yaml --dose '0.5 mg/kg ketamine iv over 40 min every 2 d x5'",
        ROW(plan_option), 1, RSP_CLI_FILES, rsp_cmd_plan},
    {"simulate", "", "concentrations and effects after doses, for one person or many",
        "Computes the outputs of a published model after any doses: exact between doses, for one typical "
        "person "
        "or for many virtual ones. Columns carry their units. The same seed gives the same numbers, whatever "
        "the "
        "number of threads.\n\n"
        "A dose reads AMOUNT DRUG ROUTE [over D | for D] [at T] [every D xN]. Units and drug are required: "
        "ketamine (the racemate) and esketamine are different drugs and never converted silently.",
        "respite simulate --model domino1984 --weight 70 --dose '35 mg ketamine iv over 40 min' --times "
        "'0:240:10 "
        "min'\n"
        "respite simulate --model otto2021+dahan2011 --weight 70 --dose '22.2 mg/h esketamine iv for 100 h' "
        "--times '0:60:1 d' --output pain_relief_frac\n"
        "respite simulate --model otto2021 --weight 70 --dose '20 mg esketamine iv over 30 min' --subjects "
        "1000 "
        "--quantiles 5,50,95",
        ROW(simulate_option), 0, NULL, rsp_cmd_simulate},
    {"model list", "", "the published models in this program",
        "One line a model: id, drug, routes, people it was fitted on, sampling site, domain and status.",
        "respite model list", ROW(json_option), 0, NULL, rsp_cmd_model_list},
    {"model show", "MODEL", "structure, parameters, sources and limits of one model",
        "Everything the model's file says: structure, every parameter with unit, variability, uncertainty, "
        "source "
        "and confidence, assumptions and covariate ranges. MODEL is a shipped model, a file, or several "
        "joined "
        "with '+'.",
        "respite model show otto2021", ROW(json_option), 1, RSP_CLI_MODELS, rsp_cmd_model_show},
    {"model check", "[MODEL...]", "recompute the published numbers of the models",
        "Recomputes every published number stored in the models' files and prints it beside the published "
        "one, "
        "with error and tolerance. Without MODEL: all shipped models. Exit code 1: a check failed.",
        "respite model check\nrespite model check domino1984 my-model.yaml", ROW(json_option), 64,
        RSP_CLI_MODELS, rsp_cmd_model_check},
    {"model card", "[MODEL...]", "the page of a model in docs/models",
        "The generated page of one model: structure drawing, parameter table, published against computed, "
        "where it "
        "may be used and what is assumed.",
        "respite model card otto2021\nrespite model card --output docs/models", ROW(card_option), 64,
        RSP_CLI_MODELS, rsp_cmd_model_card},
    {"rules list", "", "the cited rules behind candidacy and limits",
        "One line a rule: id, area, confidence, severity and whether it drives behaviour. Rules of low or "
        "unverified confidence are off.",
        "respite rules list", ROW(json_option), 0, NULL, rsp_cmd_rules_list},
    {"rules show", "ID", "one rule or protocol with its source",
        "Text, action, source, confidence, who may pass it, and whether it is on.", "respite rules show ID",
        ROW(json_option), 1, RSP_CLI_RULES, rsp_cmd_rules_show},
    {"rules protocols", "", "the published protocols that plan knows",
        "One line a protocol: id, drug, setting, confidence, doses.", "respite rules protocols",
        ROW(json_option), 0, NULL, rsp_cmd_rules_protocols},
    {"rules words", "", "the words of a patient file's history list",
        "Every history word that a patient file may hold.", "respite rules words", ROW(json_option), 0, NULL,
        rsp_cmd_rules_words},
    {"evidence", "", "the relief model beside every published study",
        "Sets the chronic-relief model beside every published study that it can be computed for: the page "
        "docs/evidence and its chart.",
        "respite evidence --output docs/evidence", ROW(evidence_option), 0, NULL, rsp_cmd_evidence},
    {"serve", "", "the clinic's server: its API over HTTP",
        "Serves the clinic in the database over HTTP, on this machine alone unless told otherwise, and "
        "prints one "
        "line of JSON with its address when it is ready. Ends on SIGTERM or SIGINT, after what is under "
        "way.\n\n"
        "Elsewhere than on loopback it listens only with TLS. Behind a proxy that has TLS, give --origin and "
        "--proxy. Logs are lines of JSON on stderr, without data of patients.",
        "respite serve --db clinic.db\n"
        "respite serve --db clinic.db --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem --origin "
        "https://clinic.example:8443",
        ROW(serve_option), 0, NULL, rsp_cmd_serve},
    {"user add", "NAME", "add an account of the clinic",
        "The password is read from the terminal, or as one line from stdin; the second factor is printed, "
        "this "
        "once. An administrator is made here only: no role can grant it.",
        "respite user add anna --role administrator --db clinic.db", ROW(user_add_option), 1, NULL,
        rsp_cmd_user_add},
    {"user disable", "NAME", "disable an account",
        "The account can no longer sign in and its sessions end. Nothing is deleted.",
        "respite user disable anna --why 'left the clinic' --db clinic.db", ROW(user_disable_option), 1, NULL,
        rsp_cmd_user_disable},
    {"user reset", "NAME", "new password and second factor of an account",
        "For somebody who lost either. The password is read like that of 'user add'; a disabled account is "
        "enabled.",
        "respite user reset anna --why 'lost the phone' --db clinic.db", ROW(user_reset_option), 1, NULL,
        rsp_cmd_user_reset},
    {"user list", "", "the accounts of the clinic",
        "One line an account: name, roles, whether it is disabled.", "respite user list --db clinic.db",
        ROW(user_list_option), 0, NULL, rsp_cmd_user_list},
    {"completion", "bash", "shell completion",
        "Prints the completion of commands, options, models and files for bash.",
        "respite completion bash > ~/.local/share/bash-completion/completions/respite", NO_OPTIONS, 1, "bash",
        rsp_cmd_completion},
    {"man", "", "the manual page", "Prints the manual page respite(1) in roff.", "respite man | man -l -",
        NO_OPTIONS, 0, NULL, rsp_cmd_man},
    {"help", "[COMMAND]", "this text, or a command explained", "Lists the commands, or explains one.",
        "respite help simulate", NO_OPTIONS, 2, RSP_CLI_COMMANDS, rsp_cmd_help},
    {"version", "", "version of the program", "Version of the program, its models and its rules.",
        "respite --version", NO_OPTIONS, 0, NULL, rsp_cmd_version},
};
const size_t rsp_cli_n_command = sizeof rsp_cli_commands / sizeof *rsp_cli_commands;
