// What the operator's socket tells of decisions and changes of identity: why, the trail, the audit.
#pragma once

#include "app/control.hpp"

namespace millrace::app {

class Cloud;
struct Settings;

// Adds "why", "trail" and "audit". The cloud and the settings outlive the actions.
void add_decision_actions(ControlActions& actions, Cloud& cloud, const Settings& settings);

}  // namespace millrace::app
