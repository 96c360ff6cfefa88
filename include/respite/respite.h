/** All of librespite: include this one. Each part has its own header, which is its manual.
 *
 *   status.h      status codes and the error record
 *   units.h       units and quantities
 *   dose.h        drugs, routes, dose text
 *   model.h       published models: read, combine, what each says about itself
 *   simulate.h    doses + people + model -> curves
 *   events.h      NM-TRAN data sets
 *   fit.h         measured levels -> individual parameters
 *   plan.h        relief in days, session effects, limits
 *   diary.h       duration of relief learned from a pain diary
 *   tci.h         pump programmes that hold a target level
 *   regimen.h     what each regimen is worth, the ones that no other beats, when to give the next
 *
 * The library never prints, exits, or reads clock, files or environment, and has no mutable globals. It
 * calls GSL, whose default error handler aborts the process: a program that uses librespite switches it
 * off once at its start with gsl_set_error_handler_off().
 */
#ifndef RESPITE_RESPITE_H
#define RESPITE_RESPITE_H

#include <respite/diary.h>
#include <respite/dose.h>
#include <respite/events.h>
#include <respite/fit.h>
#include <respite/model.h>
#include <respite/plan.h>
#include <respite/regimen.h>
#include <respite/simulate.h>
#include <respite/status.h>
#include <respite/tci.h>
#include <respite/units.h>

#endif
