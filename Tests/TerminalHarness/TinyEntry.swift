/// A terminfo entry of just what `Emulator` understands, so that ncurses sends nothing else.
///
/// Made by `tic -x` and `infocmp -x -Q2 -q` from:
/// ```
/// tiny|what the terminal harness understands,
///   am, xenl, msgr,
///   colors#256, cols#80, lines#24, pairs#0x10000,
///   bold=\E[1m, dim=\E[2m, rev=\E[7m, smul=\E[4m, rmul=\E[24m,
///   civis=\E[?25l, cnorm=\E[?25h, clear=\E[H\E[2J, cr=\r, cud1=\n, ind=\n,
///   cup=\E[%i%p1%d;%p2%dH, ed=\E[J, el=\E[K, home=\E[H, op=\E[39;49m,
///   sgr0=\E[m, smam=\E[?7h, rmam=\E[?7l, smcup=\E[?1049h, rmcup=\E[?1049l, smkx=\E[?1h, rmkx=\E[?1l,
///   setaf=\E[38;5;%p1%dm, setab=\E[48;5;%p1%dm,
///   kcuu1=\EOA, kcud1=\EOB, kcuf1=\EOC, kcub1=\EOD, khome=\EOH, kend=\EOF,
///   knp=\E[6~, kpp=\E[5~, kdch1=\E[3~, kbs=^?, kcbt=\E[Z, kf1=\EOP, kf2=\EOQ,
/// ```
enum TinyEntry {
  static let name = "tiny"
  static let compiled =
    "b64:HgIrAA8ADwBpAdsAdGlueXx3aGF0IHRoZSB0ZXJtaW5hbCBoYXJuZXNzIHVuZGVyc3RhbmRzAAABAAABAAAA"
    + "AAAAAAAAAVAAAAD_____GAAAAP____________________________________________________8AAQAAAAAB"
    + "AP____8AAP____8CAAoADgD_____EgAjACUAKQD_____MAD__________________________zcAPAD__0UA____"
    + "____SgD__08A_____1QAWAD_______9hAP__________________________ZwD_______9pAP__bgD_________"
    + "_3IA__92AP__________________egD_____fgD__4IAhwCMAP_______5AAlACaAP______________________"
    + "_________________________________________________________________________________6AA____"
    + "____________________________________________ogD_____pgCsAP____________________________-y"
    + "AP______________________________________________________________________________________"
    + "________________________________________________________________________________________"
    + "________________________________________________________________________________________"
    + "________________________________________________________________________________________"
    + "_7YA____________________________________________________________________________________"
    + "______________________________________________________________________________-_AM0ADQAb"
    + "W0gbWzJKABtbSwAbW0oAG1slaSVwMSVkOyVwMiVkSAAKABtbSAAbWz8yNWwAG1s_MjVoABtbMW0AG1s_MTA0OWgA"
    + "G1sybQAbWzdtABtbNG0AG1ttABtbPzEwNDlsABtbMjRtAH8AG1szfgAbT0IAG09QABtPUQAbT0gAG09EABtbNn4A"
    + "G1s1fgAbT0MAG09BABtbPzFsABtbPzFoAAoAG1taABtbPzdoABtbPzdsABtPRgAbWzM5OzQ5bQAbWzM4OzU7JXAx"
    + "JWRtABtbNDg7NTslcDElZG0A"
}
