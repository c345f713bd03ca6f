#include <sys/prctl.h>

// prctl(2) takes a variable number of arguments, which Swift cannot call.

/// Whether other processes of this user may read this one's memory, and whether it may leave a core file.
static inline int baton_set_dumpable(int dumpable) { return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0); }

/// The signal that this process gets when the thread that started it ends; 0: none.
static inline int baton_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
