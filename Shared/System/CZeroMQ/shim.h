#include <zmq.h>
#include <pthread.h>
#include <sys/eventfd.h>

// glibc shows this only to GNU sources, which Swift's view of it is not.
extern int pthread_setname_np(pthread_t thread, const char *name);
