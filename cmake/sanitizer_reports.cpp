// In all programs of the sanitizers' builds: what is no finding, and where reports go. A job's and a model's process has an environment
// of its own and nobody who reads its last words, so the options stand in the program and the tests look into the folder.

// The names that the sanitizers' run-time libraries ask for.
extern "C" const char* __asan_default_options() { return MILLRACE_SANITIZER_OPTIONS; }
extern "C" const char* __tsan_default_options() { return MILLRACE_SANITIZER_OPTIONS; }

// An exception that was carried to another thread is freed by the last who lets go of it. They count in libstdc++.so, which is not
// built with the thread sanitizer, so it does not see that all others had let go before. Nor does it see the barriers of OpenMP,
// by which threads wait for each other that run the code of two libraries, and none of ours. BlazingText's threads change one
// network without waiting for each other, as its method has it; who wants the same model twice trains with one. OpenMP's threads
// are there still when libraries clear up at the program's end.
extern "C" const char* __tsan_default_suppressions() {
  return "race:std::__exception_ptr::exception_ptr::_M_release\n"
         "race:cxa_at_exit_wrapper\n"
         "race:gomp_team_start\n"
         "race:millrace::learn::blazingtext::Descent\n"
         "race:libxgboost.so\n"
         "race:lib_lightgbm.so\n";
}
