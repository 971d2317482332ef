// Prints names as Java shows them, one a line: each argument is a Name, its DER
// in hexadecimal.
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

public class ShowNames {
  public static void main(String[] names) {
    for (String name : names) {
      byte[] der = HexFormat.of().parseHex(name);
      System.out.println(
          new X500Principal(der).getName(X500Principal.RFC2253));
    }
  }
}
