import CYaml

/// What stops the reading of a file for good.
struct YAMLFault: Error {
    var place: YAMLPlace
    var message: String
}

/// One step of a YAML stream.
enum YAMLEvent {
    case scalar(YAMLNode.Scalar, anchor: String?)
    case alias(String)
    case sequenceStart(anchor: String?)
    case mappingStart(anchor: String?)
    case collectionEnd
    case documentStart
    case documentEnd
    case streamStart
    case streamEnd
}

/// libyaml's parser: turns bytes into events with their places.
///
/// The C parser lives on the heap so that its address stays the same, and belongs to this value alone.
struct YAMLEventParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeMutableBufferPointer<UInt8>
    private let lines: LineStarts
    private let report: DiagnosticReport

    /// - Parameter report: gets what is wrong and stops nothing.
    init(_ text: [UInt8], report: DiagnosticReport) {
        self.report = report
        lines = LineStarts(text)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        bytes = .allocate(capacity: max(1, text.count))
        _ = bytes.update(fromContentsOf: text)
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, text.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        bytes.deallocate()
    }

    /// The next event and its place.
    mutating func next() throws(YAMLFault) -> (YAMLEvent, YAMLPlace) {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault }
        defer { yaml_event_delete(&event) }
        return (read(event), place(event.start_mark))
    }

    private func read(_ event: yaml_event_t) -> YAMLEvent {
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            check(tag: scalar.tag, event.start_mark)
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
            return .scalar(YAMLNode.Scalar(text: text, isPlain: isPlain), anchor: Self.string(scalar.anchor))
        case YAML_ALIAS_EVENT: return .alias(Self.string(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            check(tag: event.data.sequence_start.tag, event.start_mark)
            return .sequenceStart(anchor: Self.string(event.data.sequence_start.anchor))
        case YAML_MAPPING_START_EVENT:
            check(tag: event.data.mapping_start.tag, event.start_mark)
            return .mappingStart(anchor: Self.string(event.data.mapping_start.anchor))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return .collectionEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_STREAM_START_EVENT: return .streamStart
        default: return .streamEnd
        }
    }

    /// The tags that say no more than a value's place in the file does.
    private static let plainTags: Set<String> = ["str", "int", "float", "bool", "null", "seq", "map"]
    private static let standardTags = "tag:yaml.org,2002:"

    /// What a value is, its place in the file says; any other tag could only contradict that.
    private func check(tag: UnsafeMutablePointer<yaml_char_t>?, _ mark: yaml_mark_t) {
        guard let tag = Self.string(tag), tag != "!" else { return }
        let isStandard = tag.hasPrefix(Self.standardTags)
        let name = isStandard ? String(tag.dropFirst(Self.standardTags.count)) : tag
        guard !isStandard || !Self.plainTags.contains(name) else { return }
        // Its name is not repeated: it may be a secret that lacks its quotes.
        report.error(
            place(mark), "a tag means nothing here; remove it, or put a text that begins with '!' in quotes")
    }

    private static func string(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        bytes.map { String(cString: $0) }
    }

    private var fault: YAMLFault {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "not YAML"
        // The one message that is meant for programmers: it names a function to call.
        guard !problem.contains("yaml_") else {
            return YAMLFault(place: place(parser.pointee.problem_mark), message: "nested too deep to be read")
        }
        let context = parser.pointee.context.map {
            " \(String(cString: $0)) that starts in line \(place(parser.pointee.context_mark).line)"
        }
        guard parser.pointee.error != YAML_READER_ERROR else {
            return YAMLFault(
                place: lines.place(ofByte: parser.pointee.problem_offset), message: "not YAML text: \(problem)")
        }
        return YAMLFault(
            place: place(parser.pointee.problem_mark), message: "YAML syntax: \(problem)\(context ?? "")")
    }

    private func place(_ mark: yaml_mark_t) -> YAMLPlace { lines.place(ofCharacter: mark.index) }
}
