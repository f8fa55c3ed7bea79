#include "CLapack.h"

#include <cblas.h>
#include <stddef.h>
#include <stdlib.h>

// LAPACK's own name and Fortran's calling convention: <lapacke.h> would need another package.
extern void dsyevd_(const char *job, const char *triangle, const int32_t *size, double *matrix,
                    const int32_t *stride, double *values, double *work, const int32_t *work_size,
                    int32_t *integer_work, const int32_t *integer_work_size, int32_t *info,
                    size_t job_length, size_t triangle_length);

void la_add_gram(int32_t features, int32_t rows, const double *block, double *sum) {
  cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, features, rows, 1, block, features, 1, sum,
              features);
}

int32_t la_symmetric_eigen(int32_t size, double *matrix, double *values) {
  // Fortran reads by columns: a row-major upper triangle is its lower one, and the vectors it
  // leaves in columns are rows here.
  const int32_t ask = -1;
  int32_t info = 0, integer_size = 0;
  double best = 0;
  dsyevd_("V", "L", &size, matrix, &size, values, &best, &ask, &integer_size, &ask, &info, 1, 1);
  if (info != 0) return info;
  // LAPACK returns the required size as a double, but takes it as an int32_t: refuse larger sizes.
  if (best > 2147483647.0) return INT32_MIN;
  const int32_t work_size = (int32_t)best;
  double *work = malloc((size_t)work_size * sizeof(double));
  int32_t *integer_work = malloc((size_t)integer_size * sizeof(int32_t));
  if (work && integer_work)
    dsyevd_("V", "L", &size, matrix, &size, values, work, &work_size, integer_work, &integer_size,
            &info, 1, 1);
  else
    info = INT32_MIN;
  free(integer_work);
  free(work);
  return info;
}

void la_project(int32_t features, int32_t rows, const float *pictures, const float *components,
                float *to) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, features, features, 1, pictures,
              features, components, features, 0, to, features);
}

/// Where OpenBLAS was built with threads, workers must not share theirs.
__attribute__((constructor)) static void stay_on_one_thread(void) { openblas_set_num_threads(1); }
