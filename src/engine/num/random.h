/** Counter-based random numbers: a number is a function of (seed, person, stream, index) alone, so
 * that it does not depend on threads, order or block. */
#ifndef RSP_NUM_RANDOM_H
#define RSP_NUM_RANDOM_H

#include <stdint.h>

/* What a random number is for. The low byte of a stream; the rest is the occasion. */
enum rsp_stream {
    RSP_STREAM_ETA = 1,          /* between people */
    RSP_STREAM_OCCASION = 2,     /* between occasions of one person */
    RSP_STREAM_UNCERTAINTY = 3,  /* parameters, one draw a person */
    RSP_STREAM_TRIAL = 4,        /* parameters, one draw a call (person 0) */
    RSP_STREAM_CLASS = 5,        /* response class */
    RSP_STREAM_RESIDUAL = 6,     /* measurement */
    RSP_STREAM_EXTRA = 7,        /* assumed variability; index is the parameter */
    RSP_STREAM_FIT = 8,          /* posterior of a fit: normals, uniforms, resampling */
    RSP_STREAM_DIARY_DRAW = 9,   /* draws handed on from a diary's posterior */
    RSP_STREAM_DIARY_CURVE = 10, /* pain to come after a diary */
    RSP_STREAM_DIARY_FIT = 11,   /* posterior of a diary: prior, resampling, moves */
    RSP_STREAM_PLACEBO = 16,     /* placebo response of one person */
    RSP_STREAM_DIARY = 17        /* simulated diary; index is the day's number and what it is for */
};

static inline uint32_t rsp_random_stream(enum rsp_stream kind, uint32_t occasion)
{
    return (uint32_t)kind | (occasion << 8);
}

/** Uniform in (0, 1), never 0 or 1. */
double rsp_random_uniform(uint64_t seed, uint64_t person, uint32_t stream, uint32_t index);
/** z below which a standard normal number lies with probability u in (0, 1). */
double rsp_normal_inverse(double u);
/** Standard normal by inversion of the same number's uniform. */
double rsp_random_normal(uint64_t seed, uint64_t person, uint32_t stream, uint32_t index);

/* Coefficients of AS 241 (PPND16): centre, tail and far tail, numerator and denominator. */
extern const double rsp_as241[6][8];

#endif
