/** Derived tables: what each is made of, said once, for the schema, for filling and for comparing. */
#ifndef RSP_STORE_DERIVED_SQL_H
#define RSP_STORE_DERIVED_SQL_H

/* The facts that no other supersedes. */
#define RSP_DERIVED_CURRENT_CREATE                                                                           \
    "CREATE TABLE derived_current("                                                                          \
    "  number INTEGER PRIMARY KEY REFERENCES fact(number),"                                                  \
    "  kind TEXT NOT NULL,"                                                                                  \
    "  person BLOB"                                                                                          \
    ") STRICT;"                                                                                              \
    "CREATE INDEX derived_current_person ON derived_current(person, kind, number);"
#define RSP_DERIVED_CURRENT_ROWS                                                                             \
    "SELECT f.number, f.kind, f.person FROM fact f "                                                         \
    "WHERE NOT EXISTS(SELECT 1 FROM fact g WHERE g.supersedes = f.number) ORDER BY 1"

/* For each person: how many facts, the first and the last. */
#define RSP_DERIVED_PERSON_CREATE                                                                            \
    "CREATE TABLE derived_person("                                                                           \
    "  person BLOB PRIMARY KEY REFERENCES person_key(person),"                                               \
    "  n_fact INTEGER NOT NULL,"                                                                             \
    "  first INTEGER NOT NULL,"                                                                              \
    "  last INTEGER NOT NULL"                                                                                \
    ") STRICT, WITHOUT ROWID;"
#define RSP_DERIVED_PERSON_ROWS                                                                              \
    "SELECT person, count(*), min(number), max(number) FROM fact WHERE person IS NOT NULL "                  \
    "GROUP BY person ORDER BY 1"

#endif
