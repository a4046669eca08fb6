import java.io.BufferedWriter;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.condition.IFunctionHandler;
import org.javarosa.core.model.instance.FormInstance;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.util.JavaRosaCoreModule;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.parse.XFormParser;
import org.javarosa.xform.util.XFormUtils;

/** What JavaRosa says of every node of filled forms: FORM.xml TABLE.tsv INSTANCES/ OUT.tsv */
public class JavaRosaOracle {
    public static void main(String[] args) throws Exception {
        PrototypeManager.registerPrototypes(JavaRosaCoreModule.classNames);
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        new XFormsModule().registerModule();
        Map<String, String> table = new HashMap<>();
        for (String line : Files.readAllLines(Path.of(args[1]), StandardCharsets.UTF_8)) {
            String[] parts = line.split("\t", 2);
            table.put(parts[0], parts[1]);
        }
        List<Path> files = new ArrayList<>();
        try (Stream<Path> found = Files.list(Path.of(args[2]))) {
            found.sorted().forEach(files::add);
        }
        try (BufferedWriter out = Files.newBufferedWriter(Path.of(args[3]))) {
            FormDef form;
            try (InputStream stream = new FileInputStream(args[0])) {
                form = XFormUtils.getFormFromInputStream(stream);
            }
            form.getEvaluationContext().addFunctionHandler(new PullData(table));
            TreeElement blank = form.getInstance().getRoot();
            for (Path file : files) {
                fill(form, blank.deepCopy(true), Files.readAllBytes(file));
                tell(form, form.getInstance().getRoot(), "", file.getFileName().toString(), out);
            }
        }
    }

    private static void fill(FormDef form, TreeElement root, byte[] instance) {
        TreeElement saved = XFormParser.restoreDataModel(instance, null).getRoot();
        root.populate(saved, form);
        form.getInstance().setRoot(root);
        form.initialize(false, new InstanceInitializationFactory());
    }

    private static void tell(
            FormDef form, TreeElement node, String path, String file, BufferedWriter out)
            throws Exception {
        for (int i = 0; i < node.getNumChildren(); i++) {
            TreeElement child = node.getChildAt(i);
            if (child.getMult() == TreeReference.INDEX_TEMPLATE) continue;
            String at = path + "/" + child.getName()
                + (child.isRepeatable() ? "[" + (child.getMult() + 1) + "]" : "");
            String value = child.getValue() == null ? "" : child.getValue().uncast().getString();
            boolean holds = child.getValue() == null
                || form.evaluateConstraint(child.getRef(), child.getValue());
            out.write(String.join("\t", file, at, value, "" + child.isRelevant(),
                "" + child.isRequired(), "" + holds));
            out.newLine();
            tell(form, child, at, file, out);
        }
    }

    private static class PullData implements IFunctionHandler {
        private final Map<String, String> table;

        PullData(Map<String, String> table) { this.table = table; }

        public String getName() { return "pulldata"; }

        public List<Class[]> getPrototypes() { return new ArrayList<>(); }

        public boolean rawArgs() { return true; }

        public boolean realTime() { return false; }

        public Object eval(Object[] args, EvaluationContext context) {
            return table.getOrDefault(String.valueOf(args[3]), "");
        }
    }
}
