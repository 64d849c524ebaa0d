public import Foundation

/// Golden vectors that were made with the vendors' official SDKs.
///
/// They are read from the folder that `GATEWAY_VECTORS` names, else from `../shared/vectors` beside the checkout, else from
/// the project's own copy.
public enum VectorFolder {
    /// The bytes of a vector file.
    public static func contents(of name: String) throws -> Data {
        try Data(contentsOf: folder(holding: name).appendingPathComponent(name))
    }

    /// The vectors of a file, decoded.
    public static func decode<Vectors: Decodable>(_ type: Vectors.Type, from name: String) throws -> Vectors {
        try JSONDecoder().decode(type, from: contents(of: name))
    }

    private static func folder(holding name: String) -> URL {
        if let path = ProcessInfo.processInfo.environment["GATEWAY_VECTORS"], !path.isEmpty {
            return URL(fileURLWithPath: path)
        }
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let shared = tests.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("shared/vectors")
        let isShared = FileManager.default.fileExists(atPath: shared.appendingPathComponent(name).path)
        return isShared ? shared : tests.appendingPathComponent("Vectors")
    }
}
