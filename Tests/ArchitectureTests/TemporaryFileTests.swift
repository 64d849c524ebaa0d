import Testing

@Suite("Temporary files of tests")
struct TemporaryFileTests {
    @Test("are made in a TemporaryFolder alone, which goes away with its last reference, also when a test fails")
    func folders() throws {
        let own = ["Tests/ProcessSupport/TemporaryFolder.swift", "Tests/ArchitectureTests/TemporaryFileTests.swift"]
        for file in Repository.files(below: "Tests", endings: ["swift"]) where !own.contains(file) {
            let text = try Repository.text(file)
            for name in ["temporaryDirectory", "NSTemporaryDirectory", "mkdtemp", "mkstemp"] {
                #expect(!text.contains(name), "\(file) uses \(name); use TemporaryFolder of ProcessSupport")
            }
        }
    }
}
