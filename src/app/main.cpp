// millrace: one program; command_line.cpp says what it can be told.
#include "app/command_line.hpp"

int main(int argument_count, char** arguments) {
  return millrace::app::run(argument_count, arguments);
}
