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

static const struct rsp_cli_option rules_option[] = {
    {"site", "FILE.yaml", "with the site's own choices: rules switched on, limits added", RSP_CLI_FILES,
        false},
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

static const struct rsp_cli_option fit_option[] = {
    {"data", "DATA.csv", "NM-TRAN data set with doses and measured values (DV; DVID, CENS, OCC)",
        RSP_CLI_FILES, false},
    {"dv-unit", "UNIT", "unit of measured concentrations (ng/mL)", NULL, false},
    {"route", "ROUTE", "route of doses without CMT (iv)", "iv buccal nasal sublingual oral im sc rectal",
        false},
    {"ignore", "COLUMN", "a column of the data set that is not to be looked at", NULL, true},
    {"method", "METHOD", "map: the most probable parameters (default); posterior: draws as well",
        "map posterior", false},
    {"output-gof", "FILE.csv", "write prediction and residuals of every value to FILE.csv", RSP_CLI_FILES,
        false},
    {"plot", "FILE", "draw measured and fitted to FILE.svg or FILE.html", RSP_CLI_FILES, false},
    {"diary", "DIARY.csv",
        "pain diary: date_time,pain_nrs and, where known, id, recall, other_treatment, recorded",
        RSP_CLI_FILES, false},
    {"time-zero", "DATETIME", "start of the first infusion, written as in the diary: 2026-11-20T20:00+01:00",
        NULL, false},
    {"id", "ID", "the person: a diary of somebody else is refused", NULL, false},
    {"model", "MODEL",
        "shipped model or model file with a residual error; for a diary a model of levels and one of relief: "
        "otto2021+dahan2011",
        RSP_CLI_MODELS, false},
    {"dose", "TEXT", "dose text, times from time zero: '22.2 mg/h esketamine iv for 100 h'", NULL, true},
    {"weight", "KG", "body weight in kg", NULL, false},
    {"age", "Y", "age in years", NULL, false},
    {"sex", "f|m", "sex", "f m", false},
    {"covariate", "NAME=VALUE", "another covariate of the model", NULL, true},
    {"patient", "FILE", "weight, age, sex and modifying drugs of a patient file", RSP_CLI_FILES, false},
    {"assume", "NAME", "accept a named assumption", "racemate_half_s slow_effect_any_site", true},
    {"samples", "N",
        "draws of the posterior that are kept (1,000); particles of a diary in each class (1,024)", NULL,
        false},
    {"seed", "S", "seed of the random numbers (1)", NULL, false},
    {"horizon", "DAYS", "days followed from time zero (180)", NULL, false},
    {"threads", "N", "threads (all processors); the numbers do not depend on it", NULL, false},
    {"json", NULL, "one JSON object instead of text", NULL, false},
    {"force-covariates", NULL, "accept a weight or an age outside the range that the model was fitted on",
        NULL, false},
    {"allow-any-dose", NULL,
        "accept a physically absurd dose (over 20 mg/kg within an hour, or 10 g a day), or one ten-fold off "
        "the usual",
        NULL, false},
};

static const struct rsp_cli_option plan_option[] = {
    {"protocol", "ID", "published protocol (the default one of the condition when left out)",
        RSP_CLI_PROTOCOLS, false},
    {"dose", "TEXT", "own regimen in dose texts instead of a protocol", NULL, true},
    {"compare", "ID|DOSES,...",
        "set other regimens beside it: protocols, or dose texts of one regimen joined by ' + '",
        RSP_CLI_PROTOCOLS, true},
    {"start", "DATE", "day of the first dose, YYYY-MM-DD (today when left out)", NULL, false},
    {"confirm-dose", "TEXT", "the dose typed again, after a ten-fold finding", NULL, false},
    {"site", "FILE.yaml", "the site's own choices: rules switched on, limits added", RSP_CLI_FILES, false},
    {"syringe", "AMOUNT in VOLUME", "drug in the syringe or bag, '200 mg in 200 mL': pump rates in mL/h too",
        NULL, false},
    {"diary", "FILE.csv", "learn from the patient's pain diary after the recorded infusions", RSP_CLI_FILES,
        false},
    {"levels", "FILE.csv", "learn from levels measured after the recorded infusions", RSP_CLI_FILES, false},
    {"subjects", "N", "virtual copies of the patient behind the intervals (1,000)", NULL, false},
    {"seed", "S", "seed of the random numbers (1)", NULL, false},
    {"json", NULL, "one JSON object instead of text", NULL, false},
    {"report", "FILE.html", "write the plan as one self-contained page for the record", RSP_CLI_FILES, false},
    {"force-covariates", NULL, "accept a weight from 2 to 650 kg that is outside the plausible range", NULL,
        false},
};

static const struct rsp_cli_option tci_option[] = {
    {"site", "FILE.yaml", "the site's own choices: rules switched on, limits added", RSP_CLI_FILES, false},
    {"model", "MODEL", "shipped model or model file; for --at effect with an effect: simons2022+olofsen2022",
        RSP_CLI_MODELS, false},
    {"target", "TEXT", "'150 ng/mL esketamine', or a profile; pieces may be given one by one", NULL, true},
    {"at", "PLACE", "plasma (when left out), effect, or the name of an effect site", "plasma effect", false},
    {"for", "D", "length of the whole: '4 h'; the last level is held until then", NULL, false},
    {"weight", "KG", "body weight in kg", NULL, false},
    {"age", "Y", "age in years", NULL, false},
    {"sex", "f|m", "sex", "f m", false},
    {"covariate", "NAME=VALUE", "another covariate of the model", NULL, true},
    {"patient", "FILE", "weight, age, sex, condition, setting and modifying drugs of a patient file",
        RSP_CLI_FILES, false},
    {"setting", "WORD", "where it is given, for the limits", "outpatient inpatient icu", false},
    {"syringe", "AMOUNT in VOLUME",
        "drug in the syringe or bag, '200 mg in 200 mL': rates in mL/h and changes", NULL, false},
    {"max-rate", "TEXT", "never faster than this: '30 mg/h', '0.4 mg/kg/h' or, with --syringe, '50 mL/h'",
        NULL, false},
    {"resolution", "TEXT", "smallest step of the pump's rate ('0.1 mL/h' with --syringe, else '0.01 mg/h')",
        NULL, false},
    {"step", "D", "length of the steps; left out: 5 min while the level rises, up to 30 min while it is held",
        NULL, false},
    {"longest-step", "D", "longest step while the level is held", NULL, false},
    {"shortest-step", "D", "to which steps may be cut to keep the level within 5 % (1 min)", NULL, false},
    {"max-dissociation", "P %", "lower the levels until predicted dissociation stays at or below this", NULL,
        false},
    {"probability", "P", "in this share of people (0.9)", NULL, false},
    {"assume", "NAME", "accept a named assumption", "racemate_half_s", true},
    {"subjects", "N", "virtual copies of the person behind the bands (1,000)", NULL, false},
    {"seed", "S", "seed of the random numbers (1)", NULL, false},
    {"threads", "N", "threads (all processors); the numbers do not depend on it", NULL, false},
    {"json", NULL, "one JSON object instead of text", NULL, false},
    {"plot", "FILE", "draw level and rates to FILE.svg or FILE.html", RSP_CLI_FILES, false},
    {"report", "FILE.html", "write the programme as one self-contained page for the record", RSP_CLI_FILES,
        false},
    {"force-covariates", NULL, "accept a weight or an age outside the range that the model was fitted on",
        NULL, false},
};

static const struct rsp_cli_option optimise_option[] = {
    {"site", "FILE.yaml", "the site's own choices: rules switched on, limits added", RSP_CLI_FILES, false},
    {"horizon", "DAYS", "days over which relief is counted, '90 d' (the patient's goal, else 180 d)", NULL,
        false},
    {"diary", "FILE.csv", "learn from the patient's pain diary after the recorded infusions", RSP_CLI_FILES,
        false},
    {"levels", "FILE.csv", "learn from levels measured after the recorded infusions", RSP_CLI_FILES, false},
    {"responded", "WORD", "whether the first series on record was felt: unknown, yes or no", "unknown yes no",
        false},
    {"subjects", "N", "virtual copies of the patient behind the values (500)", NULL, false},
    {"seed", "S", "seed of the random numbers (1)", NULL, false},
    {"json", NULL, "one JSON object instead of text", NULL, false},
    {"plot", "FILE.svg", "draw days gained over milligrams and visits", RSP_CLI_FILES, false},
    {"force-covariates", NULL, "accept a weight from 2 to 650 kg that is outside the plausible range", NULL,
        false},
};

#define DB_OPTIONS                                                                                           \
    {"db", "FILE.db", "the database of the clinic", RSP_CLI_FILES, false},                                   \
        {"key", "FILE", "site key, a file of mode 0600 (FILE.db.key when left out)", RSP_CLI_FILES, false},  \
    {                                                                                                        \
        "anchor", "FILE", "log of the chain's signed heads (FILE.db.anchor when left out)", RSP_CLI_FILES,   \
            false                                                                                            \
    }

static const struct rsp_cli_option db_option[] = {DB_OPTIONS};
static const struct rsp_cli_option db_check_option[] = {
    DB_OPTIONS,
    {"rebuild", NULL, "drop the derived tables, fill them anew and compare", NULL, false},
    {"json", NULL, "one JSON object instead of text", NULL, false},
};
static const struct rsp_cli_option db_restore_option[] = {
    DB_OPTIONS,
    {"replace", NULL, "move a database that is there to FILE.db.old instead of refusing", NULL, false},
};

static const struct rsp_cli_option device_sim_option[] = {
    {"to", "ADDRESS:PORT", "deliver over MLLP instead of printing the messages", NULL, false},
    {"at-once", NULL, "without waiting between messages", NULL, false},
    {"start", "MOMENT", "when the scenario begins, 2026-11-29T17:45:00+01:00 (now)", NULL, false},
    {"from-s", "S", "leave out the first S seconds; the rest begins now, or S after --start (0)", NULL,
        false},
    {"seed", "S", "seed of the noise (1)", NULL, false},
    DB_OPTIONS,
};

static const struct rsp_cli_option serve_option[] = {
    DB_OPTIONS,
    {"listen", "ADDRESS:PORT", "where to listen (127.0.0.1:8080); port 0 takes a free one", NULL, false},
    {"tls-cert", "FILE", "certificate chain in PEM form", RSP_CLI_FILES, false},
    {"tls-key", "FILE", "its private key in PEM form", RSP_CLI_FILES, false},
    {"origin", "URL", "by which name browsers reach this server: https://clinic.example", NULL, false},
    {"proxy", NULL, "a proxy stands before this server: its X-Forwarded-For says who calls", NULL, false},
    {"plain-anywhere", NULL, "listen without TLS where others can reach it: passwords travel readable", NULL,
        false},
    {"hl7", "ADDRESS:PORT", "also listen to monitors and pumps: HL7 v2 over MLLP, usually on port 2575", NULL,
        false},
    {"backups", "FOLDER", "where an administrator may write backups from the browser", RSP_CLI_FILES, false},
    {"openapi", NULL, "print the description of the API instead of serving", NULL, false},
    {"demo", NULL,
        "make a made-up clinic in a new database, in a temporary folder without --db, and serve it", NULL,
        false},
    {"seed", "N", "of the demonstration's random numbers (1)", NULL, false},
};

static const struct rsp_cli_option user_add_option[] = {
    DB_OPTIONS,
    {"role", "ROLE", "physician, nurse, therapist, researcher or administrator",
        "physician nurse therapist researcher administrator", true},
    {"json", NULL, "one JSON object instead of text", NULL, false},
};

static const struct rsp_cli_option user_reset_option[] = {
    DB_OPTIONS,
    {"why", "TEXT", "reason for the record, 3 to 300 characters (needed)", NULL, false},
    {"json", NULL, "one JSON object instead of text", NULL, false},
};

static const struct rsp_cli_option user_code_option[] = {
    DB_OPTIONS,
};

static const struct rsp_cli_option user_disable_option[] = {
    DB_OPTIONS,
    {"why", "TEXT", "reason for the record, 3 to 300 characters (needed)", NULL, false},
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
    {"optimise", "PATIENT.yaml", "the published regimen with most relief for its drug, days and visits",
        "Searches families of published regimens, within the ranges that trials and cohorts gave and within "
        "every "
        "limit, for the one whose days of relief above a placebo response are worth most against milligrams, "
        "days "
        "and visits. Shows the choices that no other beats, the proposed one with its reason, two "
        "alternatives, "
        "what the published protocols would give, and rules for the next date compared by simulation.\n\n"
        "Regimens on which the relief model has no ground are listed with their published results and never "
        "ranked. After a first series without a response the answer is stop. Exit code 1: nothing is "
        "proposed.",
        "respite optimise examples/patients/crps.yaml\n"
        "respite optimise examples/patients/crps.yaml --horizon '180 d' --plot front.svg",
        ROW(optimise_option), 1, RSP_CLI_FILES, rsp_cmd_optimise},
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
    {"fit", "", "what one person's own levels or diary say about this person",
        "With --data: the parameters of each person that agree best with measured levels (or effects) and "
        "with the "
        "published people as prior, how much was learnt and whether the answer may be used. The data set is "
        "NM-TRAN's: "
        "ID TIME AMT RATE EVID MDV DV and covariates; DVID for several outputs, CENS 1 for values below "
        "quantification, "
        "OCC for occasions. Covariates may change with time: a record's values hold from the record before "
        "it.\n\n"
        "With --diary: whether the person responds, how sensitive, how long relief lasts, and how sure that "
        "is, before "
        "and after a pain diary: a CSV file of whole scores from 0 to 10 in order of time, with at least "
        "five before the "
        "first infusion. Not validated in patients. With --data too, doses (from time zero) and levels come "
        "from the data set.\n\n"
        "Exit code 1: an answer is not to be used, and why.",
        "respite fit --model otto2021 --data examples/levels.csv\n"
        "respite fit --model otto2021 --data examples/levels.csv --method posterior --plot levels.svg\n"
        "respite fit --diary examples/diaries/one-series.csv --time-zero 2026-09-14T09:00+02:00 --model "
        "otto2021+dahan2011 --weight 70 --dose '22.2 mg/h esketamine iv for 100 h'",
        ROW(fit_option), 0, NULL, rsp_cmd_fit},
    {"tci", "", "a pump programme that reaches a level and holds it",
        "Target-controlled infusion: the steps of a pump that bring the level of a model to a target in "
        "plasma or "
        "at an effect site and hold it within 5 %, in mg/h, mL/h and mg/kg/h, with what is given and the "
        "level "
        "reached, in the typical person and in 90 of 100 people; limits, predicted dissociation and "
        "published side "
        "effects beside it.\n\n"
        "A target is a level, or pieces with ';' between: LEVEL DRUG [over D] [for D] [at T], 'hold D', "
        "'taper to "
        "LEVEL over D'. Exit code 1: a hard limit is broken, and no programme is given. Nothing is sent to a "
        "pump.",
        "respite tci --model otto2021 --weight 70 --target '150 ng/mL esketamine over 30 min' --for 4 h "
        "--syringe "
        "'200 mg in 200 mL'\n"
        "respite tci --model otto2021 --weight 70 --target '0 ng/mL to 150 ng/mL esketamine over 30 min; "
        "hold 3 h; "
        "taper to 0 over 30 min' --plot programme.svg\n"
        "respite tci --model simons2022 --weight 70 --target '200 ng/mL esketamine over 30 min' --for 3 h "
        "--max-dissociation '30 %' --probability 0.9",
        ROW(tci_option), 0, NULL, rsp_cmd_tci},
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
        "respite rules list", ROW(rules_option), 0, NULL, rsp_cmd_rules_list},
    {"rules show", "ID", "one rule or protocol with its source",
        "Text, action, source, confidence, who may pass it, and whether it is on.", "respite rules show ID",
        ROW(rules_option), 1, RSP_CLI_RULES, rsp_cmd_rules_show},
    {"rules limits", "", "the bounds on a regimen",
        "One line a limit: id, quantity, bound, whether it is hard, whether it drives behaviour.",
        "respite rules limits", ROW(rules_option), 0, NULL, rsp_cmd_rules_limits},
    {"rules protocols", "", "the published protocols that plan knows",
        "One line a protocol: id, drug, setting, confidence, doses.", "respite rules protocols",
        ROW(json_option), 0, NULL, rsp_cmd_rules_protocols},
    {"rules words", "", "the words of a patient file's history list",
        "Every history word that a patient file may hold.", "respite rules words", ROW(json_option), 0, NULL,
        rsp_cmd_rules_words},
    {"instrument list", "", "questionnaires, scales and criteria that can be scored",
        "One line an instrument: id, name, what it measures, whether its answers or only its total are "
        "entered, range and direction. Only texts that are free to ship are in the program.",
        "respite instrument list", ROW(json_option), 0, NULL, rsp_cmd_instrument_list},
    {"instrument show", "ID", "one instrument: texts, bands, licence, source",
        "Items and answers where the text is free, severity bands and cut-offs with their confidence, what a "
        "change means, licence, notice and source.",
        "respite instrument show phq9", ROW(json_option), 1, RSP_CLI_SCALES, rsp_cmd_instrument_show},
    {"instrument score", "ID ANSWERS", "score answers, or judge a total",
        "ANSWERS are numbers in the order of the items with commas between them; of an instrument whose text "
        "is not shipped the total alone. A missing answer (an empty place) and an impossible one are "
        "refused; "
        "in the Budapest criteria an empty place is \"not known\". An answer above 0 to item 9 of the PHQ-9 "
        "is a finding at once.",
        "respite instrument score phq9 0,1,2,0,1,0,0,0,1\n"
        "respite instrument score budapest 1,1,1,1,0,1,0,1,0,1",
        ROW(json_option), 2, RSP_CLI_SCALES, rsp_cmd_instrument_score},
    {"mme", "PATIENT.yaml", "opioids of a patient file in morphine equivalents",
        "Adds up the opioids of the file's medications in mg of oral morphine a day with the factors of CDC "
        "2022, and says what was counted and what could not be. For an overview, never for converting.",
        "respite mme PATIENT.yaml", ROW(json_option), 1, RSP_CLI_FILES, rsp_cmd_mme},
    {"evidence", "", "the relief model beside every published study",
        "Sets the chronic-relief model beside every published study that it can be computed for: the page "
        "docs/evidence and its chart.",
        "respite evidence --output docs/evidence", ROW(evidence_option), 0, NULL, rsp_cmd_evidence},
    {"db init", "", "make the database of a clinic",
        "Makes an empty database, the log that anchors its chain of facts, and the key of the site unless "
        "its "
        "file is there. Keep a copy of the key away from this computer: without it nothing can be read.",
        "respite db init --db clinic.db", ROW(db_option), 0, NULL, rsp_cmd_db_init},
    {"db check", "", "verify every fact, key and signature",
        "Verifies pages, schema, the chain of facts, the keys of persons, the anchor log and the derived "
        "tables, "
        "and says of each finding where it is. Changes nothing; with --rebuild it makes the derived tables "
        "anew "
        "and shows the hash of their content before and after. Exit code 1: something was found.",
        "respite db check --db clinic.db\nrespite db check --rebuild --db clinic.db", ROW(db_check_option), 0,
        NULL, rsp_cmd_db_check},
    {"db backup", "FILE", "an encrypted, signed backup while others work",
        "Copies the database as it is at one moment, while others go on reading and writing, encrypts it "
        "wholly "
        "with the key of the site and signs its manifest. A file that is there is never replaced.",
        "respite db backup clinic-2026-11-29.backup --db clinic.db", ROW(db_option), 1, RSP_CLI_FILES,
        rsp_cmd_db_backup},
    {"db restore", "FILE", "a backup brought back",
        "Verifies the manifest, the signature, the decryption and every fact of a backup before it touches "
        "anything, then puts the database in place. Says how many facts the anchor log knows that the backup "
        "has "
        "not.",
        "respite db restore clinic-2026-11-29.backup --db clinic.db", ROW(db_restore_option), 1,
        RSP_CLI_FILES, rsp_cmd_db_restore},
    {"db rekey", "", "another key of the site",
        "Makes a new key file and puts keys of persons and accounts under it, in one transaction; stop the "
        "server "
        "first. The old key is kept with the ending .old: backups made before need it. An interrupted change "
        "is "
        "finished by the same command.",
        "respite db rekey --db clinic.db", ROW(db_option), 0, NULL, rsp_cmd_db_rekey},
    {"db migrate", "", "bring an older database to this version",
        "Takes the numbered steps from the database's schema version to this program's, all in one "
        "transaction: "
        "all of them or none. A newer database is refused. Make a backup first.",
        "respite db migrate --db clinic.db", ROW(db_option), 0, NULL, rsp_cmd_db_migrate},
    {"serve", "", "the clinic's server: pages for staff, and an API",
        "Serves the clinic in the database over HTTP, on this machine alone unless told otherwise: pages for "
        "staff at /, for programs an API under /api/v1. Prints one "
        "line of JSON with its address when it is ready. Ends on SIGTERM or SIGINT, after what is under "
        "way.\n\n"
        "Elsewhere than on loopback it listens only with TLS. Behind a proxy that has TLS, give --origin and "
        "--proxy. Logs are lines of JSON on stderr, without data of patients.\n\n"
        "With --hl7 monitors and pumps deliver their values (ORU^R01). A nurse binds each to a session; what "
        "is "
        "bound to none is kept in quarantine and shown. MLLP has no encryption: elsewhere than on loopback "
        "it "
        "needs --plain-anywhere and a network of its own.\n\n"
        "--demo fills a new database with forty made-up people over two years and adds to the line the "
        "accounts that may sign in. It is served on loopback only, because it shows their passwords.",
        "respite serve --db clinic.db\n"
        "respite serve --demo\n"
        "respite serve --db clinic.db --hl7 127.0.0.1:2575\n"
        "respite serve --db clinic.db --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem --origin "
        "https://clinic.example:8443",
        ROW(serve_option), 0, NULL, rsp_cmd_serve},
    {"device-sim", "SCENARIO.yaml", "play a monitor and a pump from a scenario",
        "Writes what simulated devices show as HL7 version 2.6 messages (ORU^R01, IHE PCD-01), in real time "
        "unless "
        "told otherwise; with --to it delivers them over MLLP as a device does: each is sent again until it "
        "is "
        "acknowledged. The same scenario, seed and start give the same messages.\n\n"
        "A scenario says for each device which signs it shows, how they run (trend, steps, sum_of), how much "
        "noise "
        "they have, and what goes wrong: dropout, flat, missing, artefact, clock, no_clock, twice. "
        "examples/devices/surge.yaml is one. Values are in the unit of their sign: /min, mmHg, %, mL/h, mL, "
        "mg/mL, "
        "mg/h, mg/kg/h.\n\n"
        "With --db the signs that 'follows' a session (sbp_rise, dissociation, level; rate and volume of the "
        "pump) "
        "show what the session to which the device is bound gave, and what is expected of it: at the sign's "
        "percentile of the forecast, anew after each event at the bedside. Only in a database made by "
        "'respite "
        "serve --demo'.\n\n"
        "Exits with 1 when a message was refused.",
        "respite device-sim examples/devices/surge.yaml --at-once\n"
        "respite device-sim examples/devices/surge.yaml --to 127.0.0.1:2575",
        ROW(device_sim_option), 1, RSP_CLI_FILES, rsp_cmd_device_sim},
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
    {"user code", "NAME", "the code of the second factor that an account of a demonstration needs now",
        "Of a database made by 'respite serve --demo' only: nobody reads the codes of a real clinic.",
        "respite user code rivers --db demo.db", ROW(user_code_option), 1, NULL, rsp_cmd_user_code},
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
