import java.io.File;
import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.parser.PreflightParser;

/** Prints what Apache PDFBox finds against PDF/A-1b in the file named first; nothing when it is clean. */
public class Preflight {
    public static void main(String[] names) throws Exception {
        PreflightParser parser = new PreflightParser(new File(names[0]));
        parser.parse();
        try (PreflightDocument document = parser.getPreflightDocument()) {
            document.validate();
            ValidationResult result = document.getResult();
            for (ValidationResult.ValidationError error : result.getErrorsList()) {
                System.out.println(error.getErrorCode() + " " + error.getDetails());
            }
        }
    }
}
