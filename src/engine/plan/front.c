/* The candidates that no other beats. */
#include <math.h>

#include <respite/regimen.h>

/* NaN is worse than any number, and no worse than another NaN. */
static double cost(double objective)
{
    return isnan(objective) ? INFINITY : objective;
}

static bool beats(size_t n_objective, const double a[], const double b[])
{
    bool better = false;
    for (size_t k = 0; k < n_objective; k++) {
        if (cost(a[k]) > cost(b[k]))
            return false;
        better = better || cost(a[k]) < cost(b[k]);
    }
    return better;
}

void rsp_front_mark(
    size_t n, size_t n_objective, const double objective[], const int group[], bool on_front[])
{
    for (size_t i = 0; i < n; i++) {
        on_front[i] = true;
        for (size_t j = 0; j < n && on_front[i]; j++)
            if ((group == NULL || group[i] == group[j]) &&
                beats(n_objective, objective + j * n_objective, objective + i * n_objective))
                on_front[i] = false;
    }
}
