// What is used of XGBoost's C interface (release 3.2), which is declared here as the library's
// package carries no header.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

const char* XGBGetLastError();
int XGBRegisterLogCallback(void (*callback)(const char* line));
int XGBSetGlobalConfig(const char* json);

int XGDMatrixCreateFromDense(const char* array, const char* config, void** out);
int XGDMatrixCreateFromCSR(const char* offsets, const char* indices, const char* values,
                           std::uint64_t columns, const char* config, void** out);
int XGDMatrixSetInfoFromInterface(void* matrix, const char* field, const char* array);
int XGDMatrixFree(void* matrix);

int XGBoosterCreate(void* const matrices[], std::uint64_t count, void** out);
int XGBoosterFree(void* booster);
int XGBoosterSetParam(void* booster, const char* name, const char* value);
int XGBoosterSetAttr(void* booster, const char* name, const char* value);
int XGBoosterGetAttr(void* booster, const char* name, const char** out, int* found);
int XGBoosterUpdateOneIter(void* booster, int round, void* matrix);
int XGBoosterEvalOneIter(void* booster, int round, void* matrices[], const char* names[],
                         std::uint64_t count, const char** out);
int XGBoosterPredictFromDMatrix(void* booster, void* matrix, const char* config,
                                const std::uint64_t** shape, std::uint64_t* dimensions,
                                const float** out);
int XGBoosterSlice(void* booster, int begin, int end, int step, void** out);
int XGBoosterSaveModelToBuffer(void* booster, const char* config, std::uint64_t* size,
                               const char** out);
int XGBoosterLoadModelFromBuffer(void* booster, const void* bytes, std::uint64_t size);

// The collective: a tracker in one process, by which communicators in all of them find each other.
// A communicator belongs to the thread that initialises it.
int XGTrackerCreate(const char* config, void** out);
int XGTrackerRun(void* tracker, const char* config);
int XGTrackerWorkerArgs(void* tracker, const char** out);
int XGTrackerWaitFor(void* tracker, const char* config);
int XGTrackerFree(void* tracker);
int XGCommunicatorInit(const char* config);
int XGCommunicatorFinalize();
int XGCommunicatorAllreduce(void* numbers, std::size_t count, int type, int operation);

}  // extern "C"
