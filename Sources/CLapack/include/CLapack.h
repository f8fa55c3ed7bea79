// The linear algebra of ZCA whitening, through OpenBLAS, on one thread of the caller's.
//
// Matrices are row-major and dense. No function is called with a size of 0.
//
// Names begin with la_ (LA_), so that they meet no other library's.
#ifndef CLAPACK_SHIM_H
#define CLAPACK_SHIM_H

#include <stdint.h>

/// Adds the products of all pairs of columns of `block`, `[rows][features]`, to the upper triangle
/// of `sum`, `[features][features]`: sum += blockᵀ · block.
void la_add_gram(int32_t features, int32_t rows, const double *block, double *sum);

/// Eigenvalues, lowest first, and eigenvectors of a symmetric matrix of which the upper triangle is
/// read; the vectors replace the matrix, one a row, of length 1. Returns 0, or the error of
/// LAPACK's dsyevd; INT32_MIN where there is no memory.
int32_t la_symmetric_eigen(int32_t size, double *matrix, double *values);

/// pictures · components: `[rows][features]` by `[features][features]`. `to` must not overlap.
void la_project(int32_t features, int32_t rows, const float *pictures, const float *components,
                float *to);

#endif
