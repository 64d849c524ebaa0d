import ArgumentParser
import GatewayConfiguration

struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema of the configuration file, for editors.")

    @Flag(name: .long, help: "Print the reference of all keys as Markdown instead.")
    var markdown = false

    func run() {
        // Each ends with a line break of its own.
        let text =
            markdown
            ? ConfigurationReference.markdown(kinds: Catalogue.kinds) : JSONSchema.document(kinds: Catalogue.kinds)
        Console.print(String(text.dropLast()))
    }
}
