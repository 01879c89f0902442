// What is used of LightGBM's C interface (release 4.7), which is declared here as the library's
// package carries no header. Never linked: library.cpp looks the names up.
#pragma once

#include <cstdint>

extern "C" {

const char* LGBM_GetLastError();
int LGBM_RegisterLogCallback(void (*callback)(const char* text));

int LGBM_DatasetCreateFromMat(const void* values, int type, std::int32_t rows, std::int32_t columns,
                              int row_major, const char* parameters, const void* reference,
                              void** out);
int LGBM_DatasetSetField(void* data, const char* name, const void* values, int count, int type);
int LGBM_DatasetSetFeatureNames(void* data, const char** names, int count);
int LGBM_DatasetFree(void* data);

int LGBM_BoosterCreate(const void* data, const char* parameters, void** out);
int LGBM_BoosterAddValidData(void* booster, const void* data);
int LGBM_BoosterUpdateOneIter(void* booster, int* finished);
int LGBM_BoosterGetEval(void* booster, int data, int* count, double* out);
int LGBM_BoosterSaveModelToString(void* booster, int first, int rounds, int importance,
                                  std::int64_t room, std::int64_t* needed, char* out);
int LGBM_BoosterFree(void* booster);

}  // extern "C"
