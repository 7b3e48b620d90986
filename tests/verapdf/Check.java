import java.io.FileInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Holds PDF files against standards: java Check.java ua1,3a FILE... prints what was checked and every fault. */
class Check {
    static final int FAULTS_PER_RULE = 3;

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        VeraGreenfieldFoundryProvider.initialise();
        for (int place = 1; place < args.length; place++) {
            for (String name : args[0].split(",")) {
                PDFAFlavour flavour = PDFAFlavour.fromString(name);
                ValidationResult result = validated(args[place], flavour);
                out.printf("checked\t%s\t%s\t%d%n", args[place], name, result.getTotalAssertions());
                for (TestAssertion one : result.getTestAssertions()) {
                    out.printf("fault\t%s\t%s\t%s %s | %s%n", args[place], name, one.getRuleId().getClause(),
                        one.getMessage(), one.getLocation().getContext());
                }
            }
        }
    }

    static ValidationResult validated(String path, PDFAFlavour flavour) throws Exception {
        try (FileInputStream file = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator =
                    Foundries.defaultInstance().createValidator(flavour, FAULTS_PER_RULE, false, true, false)) {
            return validator.validate(parser);
        }
    }
}
