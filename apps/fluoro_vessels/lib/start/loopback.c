/* Loaded in front of libc by LD_PRELOAD: a socket that would listen on every interface listens on
 * loopback. Debian's Orthanc 1.10 and DCMTK know no bind address; docs/adr/0003 says more. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef int (*bind_function)(int, const struct sockaddr *, socklen_t);

static const struct in6_addr MAPPED_LOOPBACK = {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1}}};

int bind(int fd, const struct sockaddr *address, socklen_t length) {
    bind_function libc_bind = (bind_function)dlsym(RTLD_NEXT, "bind");
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    int v6_only = 0;
    socklen_t size = sizeof v6_only;

    if (libc_bind == NULL) {
        errno = ENOSYS;
        return -1;
    }
    if (address->sa_family == AF_INET && length >= sizeof v4) {
        memcpy(&v4, address, sizeof v4);
        if (v4.sin_addr.s_addr == htonl(INADDR_ANY)) {
            v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            return libc_bind(fd, (const struct sockaddr *)&v4, sizeof v4);
        }
    } else if (address->sa_family == AF_INET6 && length >= sizeof v6) {
        memcpy(&v6, address, sizeof v6);
        if (IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr)) {
            getsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, &size);
            v6.sin6_addr = v6_only ? in6addr_loopback : MAPPED_LOOPBACK;
            return libc_bind(fd, (const struct sockaddr *)&v6, sizeof v6);
        }
    }
    return libc_bind(fd, address, length);
}
