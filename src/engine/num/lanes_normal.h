/** The normal distribution's tail over eight lanes. */
#ifndef RSP_NUM_LANES_NORMAL_H
#define RSP_NUM_LANES_NORMAL_H

#include "num/lanes.h"

#define RSP_INV_SQRT_2PI 0.39894228040143267794

/* Mills' ratio Q(x) / phi(x) of x >= 0: a polynomial of degree 18 in t = 4 / (4 + x) by Chebyshev interpolation
 * (computed with 70 digits), times t; relative error 2e-13. */
LANE_INLINE v8 v8_mills(v8 x)
{
    static const double c[19] = {4.73304765827121332e-01, 3.80942727704383310e-01, 2.42602388717267331e-01,
        1.16885240786390496e-01, 3.78479405557982165e-02, 4.72511206537830613e-03, -2.18057342176632704e-03,
        -1.02195868985028768e-03, 8.35579235388624232e-05, 1.44794461576105201e-04, -1.18143303255042382e-06,
        -2.19649693975160273e-05, 4.10948585975848566e-07, 3.61829742814557673e-06, -3.32093594705382111e-07,
        -5.54865491704871219e-07, 1.07000454811794363e-07, 5.38673624623620512e-08, -1.53666380746935441e-08};
    const v8 t = 4.0 / (4.0 + x), y = 2.0 * t - 1.0;
    v8 p = v8_all(c[18]);
#pragma GCC unroll 18
    for (int i = 17; i >= 0; i--)
        p = p * y + c[i];
    return p * t;
}

#endif
