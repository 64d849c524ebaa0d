import Foundation
import GatewayConfiguration
import Testing

@Suite("Mistakes in a file")
struct FixtureTests {
    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: Support.fixtures.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted()
    }()

    @Test("every mistake of a fixture is found at its place, in one pass", arguments: names)
    func diagnostics(_ name: String) throws {
        let file = Support.fixtures.appendingPathComponent(name)
        let expected = try String(
            contentsOf: file.deletingPathExtension().appendingPathExtension("expected"), encoding: .utf8)
        let loader = ConfigurationLoader(kinds: Support.kinds, environment: Support.secrets)
        let loaded = loader.load(path: file.path)
        let found = loaded.diagnostics.map {
            $0.description.replacing(Support.fixtures.path + "/", with: "") + "\n"
        }
        #expect(found.joined() == expected)
        #expect((loaded.settings == nil) == loaded.diagnostics.contains { $0.severity == .error })
    }

    @Test("there are fixtures, and each is a file with mistakes")
    func fixtures() {
        #expect(Self.names.count > 20)
    }

    @Test("no diagnostic repeats the value of a secret")
    func secrets() {
        let loaded = Support.load(
            """
            providers:
              a: { type: aliyun-dysms, access_key_id: "${env:KEY_SECRET}\\n", access_key_secret: in-the-open }
              b: { type: aliyun-dysms, access_key_id: id, access_key_secret: [in-the-open] }
              c: { type: aliyun-dysms, access_key_id: id, access_key_secret: "${env:KEY_SECRET}", timeout: "${env:KEY_SECRET}" }
            routes: [{ providers: a }]
            """)
        #expect(loaded.diagnostics.count >= 4)
        for diagnostic in loaded.diagnostics {
            #expect(!diagnostic.text.contains("in-the-open") && !diagnostic.text.contains("s3cret"))
        }
    }
}
