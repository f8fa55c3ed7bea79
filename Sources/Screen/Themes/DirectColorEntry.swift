/// A compiled terminfo entry for 24-bit colour, since Debian installs none of the `*-direct` ones.
///
/// ncurses reads it from the variable `TERMINFO`. It uses only capabilities that every terminal
/// with 24-bit colour has, and the semicolon form of the colours, which all of these terminals
/// parse. Made by `tic -x` and `infocmp -x -Q2 -q` from:
/// ```
/// augtop-direct|24-bit colour on any xterm-like terminal,
///   am, km, mir, msgr, npc, xenl, RGB,
///   colors#0x1000000, cols#80, it#8, lines#24, pairs#0x10000,
///   bel=^G, bold=\E[1m, civis=\E[?25l, clear=\E[H\E[2J, cnorm=\E[?25h, cr=\r,
///   cub=\E[%p1%dD, cub1=^H, cud=\E[%p1%dB, cud1=\n, cuf=\E[%p1%dC, cuf1=\E[C,
///   cup=\E[%i%p1%d;%p2%dH, cuu=\E[%p1%dA, cuu1=\E[A, dim=\E[2m,
///   ed=\E[J, el=\E[K, el1=\E[1K, home=\E[H, hpa=\E[%i%p1%dG, ind=\n,
///   kbs=^?, kcbt=\E[Z, kcub1=\EOD, kcud1=\EOB, kcuf1=\EOC, kcuu1=\EOA,
///   kdch1=\E[3~, kend=\EOF, kent=\EOM, kf1=\EOP, kf10=\E[21~, kf11=\E[23~,
///   kf12=\E[24~, kf2=\EOQ, kf3=\EOR, kf4=\EOS, kf5=\E[15~, kf6=\E[17~,
///   kf7=\E[18~, kf8=\E[19~, kf9=\E[20~, khome=\EOH, kich1=\E[2~, knp=\E[6~, kpp=\E[5~,
///   op=\E[39;49m, rev=\E[7m, rmam=\E[?7l, rmcup=\E[?1049l, rmkx=\E[?1l\E>, rmso=\E[27m, rmul=\E[24m,
///   setab=\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
///   setaf=\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,
///   sgr=\E[0%?%p6%t;1%;%?%p5%t;2%;%?%p2%t;4%;%?%p1%p3%|%t;7%;m,
///   sgr0=\E[m, smam=\E[?7h, smcup=\E[?1049h, smkx=\E[?1h\E=, smso=\E[7m, smul=\E[4m,
///   vpa=\E[%i%p1%dd,
/// ```
enum DirectColorEntry {
  static let name = "augtop-direct"
  static let compiled =
    "b64:HgI3ABoADwBpATYCYXVndG9wLWRpcmVjdHwyNC1iaXQgY29sb3VyIG9uIGFueSB4dGVybS1saWtlIHRlcm1p"
    + "bmFsAAABAAABAAAAAQAAAAABAQAAAAAAAAAAAAABAFAAAAAIAAAAGAAAAP______________________________"
    + "______________________8AAAABAAABAP__AAACAP____8EAAwAEAAUAP__HwAwADIANgA9AP__PwBGAP__SgD_"
    + "_________________04AUwD__1wA________YQBmAGsA_____3AAdAD_____fQCDAP______________________"
    + "____iQD_______-LAP__kAD__________5QAmACeAKIApgCqALAAtgC8AMIAyADMAP__0QD__9UA2gDfAP______"
    + "_-MA5wDvAP_____________________________________________3AP_______wABCQH__xIB____________"
    + "____________________GwH__yYB__8oAf__________________________________________XgH_____YgFo"
    + "Af____________________________9uAXIB____________________________________________________"
    + "_________________________________________________________________________________3YBfAH_"
    + "________________________________________________________________________________________"
    + "______________________________________________-CAf______________________________________"
    + "_________________________________4cB____________________________________________________"
    + "________________________________________________________________________________________"
    + "______________________-QAeMBBwANABtbSBtbMkoAG1tLABtbSgAbWyVpJXAxJWRHABtbJWklcDElZDslcDIl"
    + "ZEgACgAbW0gAG1s_MjVsAAgAG1s_MjVoABtbQwAbW0EAG1sxbQAbWz8xMDQ5aAAbWzJtABtbN20AG1s3bQAbWzRt"
    + "ABtbbQAbWz8xMDQ5bAAbWzI3bQAbWzI0bQB_ABtbM34AG09CABtPUAAbWzIxfgAbT1EAG09SABtPUwAbWzE1fgAb"
    + "WzE3fgAbWzE4fgAbWzE5fgAbWzIwfgAbT0gAG1syfgAbT0QAG1s2fgAbWzV-ABtPQwAbT0EAG1s_MWwbPgAbWz8x"
    + "aBs9ABtbJXAxJWRCABtbJXAxJWREABtbJXAxJWRDABtbJXAxJWRBABtbJWklcDElZGQACgAbWzAlPyVwNiV0OzEl"
    + "OyU_JXA1JXQ7MiU7JT8lcDIldDs0JTslPyVwMSVwMyV8JXQ7NyU7bQAbW1oAG1s_N2gAG1s_N2wAG09GABtPTQAb"
    + "WzIzfgAbWzI0fgAbWzFLABtbMzk7NDltABtbJT8lcDElezh9JTwldDMlcDElZCVlMzg7MjslcDElezY1NTM2fSUv"
    + "JWQ7JXAxJXsyNTZ9JS8lezI1NX0lJiVkOyVwMSV7MjU1fSUmJWQlO20AG1slPyVwMSV7OH0lPCV0NCVwMSVkJWU0"
    + "ODsyOyVwMSV7NjU1MzZ9JS8lZDslcDElezI1Nn0lLyV7MjU1fSUmJWQ7JXAxJXsyNTV9JSYlZCU7bQABAAAAAAAB"
    + "AAQAAQAAAFJHQgA="
}
