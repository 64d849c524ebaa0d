import Foundation
import GatewayConfiguration
import Testing

@Suite("The documents made from the schemas")
struct SchemaTests {
    private func committed(_ path: String) throws -> String {
        try String(contentsOf: Support.project.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("docs/providers.schema.json is what the code makes")
    func schema() throws {
        let made = JSONSchema.document(kinds: Support.kinds)
        #expect(try committed("docs/providers.schema.json") == made, "run: notify schema > docs/providers.schema.json")
        let object = try JSONSerialization.jsonObject(with: Data(made.utf8)) as? [String: Any]
        #expect(object?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    }

    @Test("docs/configuration.md holds the tables that the code makes")
    func reference() throws {
        let made = ConfigurationReference.markdown(kinds: Support.kinds)
        #expect(try committed("docs/configuration.md").contains(made), "run: notify schema --markdown")
    }
}
