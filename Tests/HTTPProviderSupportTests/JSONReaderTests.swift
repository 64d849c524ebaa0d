import GatewayTestKit
import HTTPProviderSupport
import NotificationGateway
import Testing

/// JSON of unknown origin.
struct JSONReaderTests {
    private static func value(_ text: String) throws(JSONError) -> JSONValue {
        try JSONValue(parsing: Array(text.utf8))
    }

    // MARK: What is JSON

    @Test("every kind of value is read, numbers as they are spelled")
    func values() throws {
        let text = """
             {"n": null, "t":true,"f" :false, "a":[1, -0, 2.50, 1e5, 1E+05, -12.5e-3, 123456789012345678901234567890],
            "s":"", "o":{}, "e":[ ], "d":[[{"x":[]}]] } \r\n\t
            """
        let numbers = ["1", "-0", "2.50", "1e5", "1E+05", "-12.5e-3", "123456789012345678901234567890"]
        let expected = JSONValue.object([
            .init("n", .null), .init("t", .boolean(true)), .init("f", .boolean(false)),
            .init("a", .array(numbers.map(JSONValue.number))), .init("s", .string("")), .init("o", .object([])),
            .init("e", .array([])), .init("d", .array([.array([.object([.init("x", .array([]))])])])),
        ])
        #expect(try Self.value(text) == expected)
    }

    @Test(
        "strings are read with every escape",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u4E91""#, "Aé云"),
            (#""\ud83d\ude00x""#, "😀x"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\u0000""#, "\u{0}"),
            (#""云😀é""#, "云😀é"), (#""a\u0301""#, "a\u{301}"), (#""\uFEFF\uFFFF""#, "\u{FEFF}\u{FFFF}"),
            ("\"\u{7F}\u{2028}\"", "\u{7F}\u{2028}"),
        ])
    func strings(text: String, expected: String) throws {
        let read = try Self.value(text).string
        #expect(read.map { Array($0.utf8) } == Array(expected.utf8))
    }

    // MARK: What is not

    @Test(
        "what is not JSON is refused, with what is wrong and where",
        arguments: [
            ("", JSONError(.truncated, at: 0)), ("  ", JSONError(.truncated, at: 2)),
            ("{\"a\":1,}", JSONError(.wrongType, at: 7)), ("[1,]", JSONError(.unexpected, at: 3)),
            ("[,1]", JSONError(.unexpected, at: 1)), ("[1 2]", JSONError(.unexpected, at: 3)),
            ("{,}", JSONError(.wrongType, at: 1)), ("{\"a\"}", JSONError(.unexpected, at: 4)),
            ("{\"a\":}", JSONError(.unexpected, at: 5)), ("{a:1}", JSONError(.wrongType, at: 1)),
            ("{\"a\":1 \"b\":2}", JSONError(.unexpected, at: 7)), ("nul", JSONError(.unexpected, at: 0)),
            ("True", JSONError(.unexpected, at: 0)), ("truex", JSONError(.unexpected, at: 4)),
            ("1 1", JSONError(.unexpected, at: 2)), ("// x\n1", JSONError(.unexpected, at: 0)),
            ("\"a", JSONError(.truncated, at: 2)), ("\"a\\", JSONError(.truncated, at: 3)),
            ("\"a\nb\"", JSONError(.unexpected, at: 2)), ("\"\\n\n\"", JSONError(.unexpected, at: 3)),
            ("\"\\x41\"", JSONError(.badEscape, at: 2)), ("\"\\u12\"", JSONError(.truncated, at: 6)),
            ("\"\\u12G4\"", JSONError(.badEscape, at: 5)), ("\"\\ud800\"", JSONError(.badEscape, at: 7)),
            ("\"\\udc00\"", JSONError(.badEscape, at: 7)), ("\"\\ud800\\ud800\"", JSONError(.badEscape, at: 13)),
            ("\"\\ud800x\"", JSONError(.badEscape, at: 7)), ("'a'", JSONError(.unexpected, at: 0)),
            ("{\"a\":1,\"a\":2}", JSONError(.duplicateName, at: 10)), ("]", JSONError(.unexpected, at: 0)),
            ("[", JSONError(.truncated, at: 1)), ("{\"a\":[{", JSONError(.truncated, at: 7)),
        ])
    func refused(text: String, expected: JSONError) {
        let error = #expect(throws: JSONError.self) { try Self.value(text) }
        #expect(error?.fault == expected.fault)
        #expect(error.map { $0.offset <= text.utf8.count } == true)
        if expected.fault != .duplicateName { #expect(error?.offset == expected.offset) }
        #expect(error?.description == "\(expected.fault.rawValue) at byte \(error?.offset ?? -1)")
    }

    @Test(
        "numbers are spelled as JSON spells them and in no other way",
        arguments: ["01", "-", "-01", "1.", "1.e5", "1e", "1e+", "00", "-a", "1.2.3", "0x10", "1_000", "1,5"])
    func badNumbers(text: String) {
        #expect(throws: JSONError.self) { try Self.value(text) }
    }

    @Test(
        "signs, points and words that other languages allow are no numbers",
        arguments: ["+1", ".5", "NaN", "Infinity", "-Infinity", "١"])
    func noNumbers(text: String) {
        #expect(throws: JSONError.self) { try Self.value(text) }
    }

    @Test(
        "a string that is not UTF-8 is refused, with or without an escape in it",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE4, 0xBA], [0x80]]
            as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        for escape in ["", "\\n"] {
            let text = Array("\"x\(escape)".utf8) + bytes + Array("\"".utf8)
            #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        }
    }

    @Test("nesting goes down to 64 levels", arguments: [("[", "]"), ("{\"a\":", "}")])
    func depth(open: String, close: String) throws {
        func nest(_ depth: Int) -> String {
            String(repeating: open, count: depth) + (open == "[" ? "" : "1") + String(repeating: close, count: depth)
        }
        _ = try Self.value(nest(JSONReader.depthLimit))
        for depth in [JSONReader.depthLimit + 1, 200_000] {
            #expect(#expect(throws: JSONError.self) { try Self.value(nest(depth)) }?.fault == .tooDeep)
        }
        // Many beside each other are not deep.
        _ = try Self.value("[" + Array(repeating: nest(60), count: 100).joined(separator: ",") + "]")
    }

    @Test("a document beyond the size limit is refused before it is read")
    func size() {
        let bytes = [UInt8](repeating: 0x20, count: JSONReader.sizeLimit + 1)
        #expect(#expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }?.fault == .tooLarge)
        var reader = JSONReader(bytes)
        #expect(#expect(throws: JSONError.self) { try reader.beginObject() }?.fault == .tooLarge)
    }

    // MARK: Step by step

    @Test("an object is walked member by member, inner objects as well")
    func walking() throws {
        var reader = JSONReader(Array(#" { "a" : 1 , "b":{"x":"y","z":{}}, "c":"d" } "#.utf8))
        var seen: [String] = []
        try reader.beginObject()
        while let name = try reader.nextMember() {
            seen.append(name)
            switch name {
            case "b":
                try reader.beginObject()
                while let inner = try reader.nextMember() {
                    seen.append(inner)
                    try reader.skipValue()
                }
            case "c": seen.append(try reader.readString())
            default: try reader.skipValue()
            }
        }
        try reader.finish()
        #expect(seen == ["a", "b", "x", "z", "c", "d"])
    }

    @Test("a name that stands twice comes twice: the caller decides")
    func duplicates() throws {
        var reader = JSONReader(Array(#"{"a":1,"a":2}"#.utf8))
        var count = 0
        try reader.beginObject()
        while try reader.nextMember() != nil {
            count += 1
            try reader.skipValue()
        }
        #expect(count == 2)
    }

    @Test("a value of another type than asked for is told apart from broken text")
    func wrongType() {
        var array = JSONReader(Array("[1]".utf8))
        #expect(#expect(throws: JSONError.self) { try array.beginObject() } == JSONError(.wrongType, at: 0))
        var number = JSONReader(Array(" 17".utf8))
        #expect(#expect(throws: JSONError.self) { try number.readString() } == JSONError(.wrongType, at: 1))
        var rest = JSONReader(Array("{} x".utf8))
        #expect(
            #expect(throws: JSONError.self) {
                try {
                    try rest.skipValue(); try rest.finish()
                }()
            }?.offset == 3)
    }

    // MARK: Values

    @Test("members, elements and texts are reached by kind, and by no other")
    func access() throws {
        let value = try Self.value(
            #"{"s":"x","n":12,"d":"34","f":1.5,"b":true,"a":[1],"m":"-7","big":"99999999999999999999"}"#)
        #expect(value["s"]?.string == "x" && value["n"]?.string == nil && value["nobody"] == nil)
        #expect(value["a"]?.array?.count == 1 && value["s"]?.array == nil && value["a"]?["s"] == nil)
        #expect(
            value["n"]?.lenientInteger == 12 && value["d"]?.lenientInteger == 34 && value["m"]?.lenientInteger == -7)
        #expect(value["f"]?.lenientInteger == nil && value["b"]?.lenientInteger == nil)
        #expect(value["big"]?.lenientInteger == nil)
        #expect(value["n"]?.lenientText == "12" && value["s"]?.lenientText == "x" && value["b"]?.lenientText == nil)
    }

    // MARK: Fuzzing

    private static let seeds = [
        #"{"a":[1,-0.5e+3,true,null,"x\u00e9\ud83d\ude00\n"],"b":{"c":{}},"d":"云"}"#,
        #"[[[{"k":"v"}]],"",0,{"z":[false]}]"#,
    ]

    @Test("mutated documents never trap; what is read can be written and read again as the same")
    func fuzz() throws {
        let random = SeededRandom(seed: 8_259)
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(1, bound))) }
        let loaded = Array("{}[]\",:\\u0e-.19tfn \u{1}".utf8) + [0x80, 0xC0, 0xED, 0xFF]
        var good = 0
        for round in 0..<6_000 {
            var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
            for _ in 0...below(3) where !bytes.isEmpty {
                let index = below(bytes.count)
                switch below(4) {
                case 0: bytes[index] = loaded[below(loaded.count)]
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(loaded[below(loaded.count)], at: index)
                default: bytes[index] = UInt8(truncatingIfNeeded: random.next())
                }
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            good += 1
            #expect(try JSONValue(parsing: Array(written(value).utf8)) == value)
        }
        #expect(good > 100, "mutations that leave nothing whole prove little")
    }

    private func written(_ value: JSONValue) -> String {
        switch value {
        case .null: return "null"
        case .boolean(let flag): return "\(flag)"
        case .number(let text): return text
        case .string(let text): return quoted(text)
        case .array(let elements): return "[\(elements.map(written).joined(separator: ","))]"
        case .object(let members):
            return "{\(members.map { "\(quoted($0.name)):\(written($0.value))" }.joined(separator: ","))}"
        }
    }

    private func quoted(_ text: String) -> String {
        var writer = ByteWriter()
        writer.appendJSONString(text)
        return writer.string
    }
}
