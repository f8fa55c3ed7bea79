import Glibc

exit(runAugtop())
