/// Builds the tree of one YAML document.
///
/// Yams composes trees too, but stops at the first duplicate key and follows nesting by recursion; here every duplicate is
/// reported, and nesting and aliases have limits, so that no file, however made, exhausts the stack or the memory.
struct YAMLComposer {
    /// Deeper than any configuration goes.
    static let deepest = 64
    /// Values that aliases may stand for in all: enough to share blocks, too few to explode.
    static let mostAliasedValues = 100_000

    private struct OpenCollection {
        var place: YAMLPlace
        var anchor: String?
        var isMapping: Bool
        var items: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        var keys: [String: YAMLPlace] = [:]
        /// The value of `<<`.
        var merge: YAMLNode?
        var pendingKey: (text: String, place: YAMLPlace)?
    }

    private let report: DiagnosticReport
    private var open: [OpenCollection] = []
    private var anchors: [String: YAMLNode] = [:]
    private var aliasedValues = 0
    /// The collection that is nested too deep, and how many are open in it; nothing of it is kept.
    private var skipped: (place: YAMLPlace, open: Int)?
    private var root: YAMLNode?

    private init(_ report: DiagnosticReport) {
        self.report = report
    }

    /// The document of a text; `nil` for one without content.
    ///
    /// - Throws: ``YAMLFault`` for what makes the rest unreadable; duplicate keys, aliases of nothing and the like only go
    ///   to the report.
    static func compose(_ text: [UInt8], report: DiagnosticReport) throws(YAMLFault) -> YAMLNode? {
        var parser = YAMLEventParser(text, report: report)
        var composer = YAMLComposer(report)
        var documents = 0
        while true {
            let (event, place) = try parser.next()
            if try composer.skips(event) { continue }
            switch event {
            case .streamEnd: return composer.root
            case .documentStart:
                documents += 1
                guard documents == 1 else {
                    throw YAMLFault(place: place, message: "a second document starts here; a configuration has one")
                }
            case .documentEnd, .streamStart: break
            case .scalar(let scalar, let anchor):
                try composer.add(YAMLNode(.scalar(scalar), at: place), anchor: anchor, at: place)
            case .alias(let name): try composer.addAlias(name, at: place)
            case .sequenceStart(let anchor): try composer.begin(place, anchor, isMapping: false)
            case .mappingStart(let anchor): try composer.begin(place, anchor, isMapping: true)
            case .collectionEnd: try composer.end()
            }
        }
    }

    private mutating func begin(_ place: YAMLPlace, _ anchor: String?, isMapping: Bool) throws(YAMLFault) {
        if let last = open.last, last.isMapping, last.pendingKey == nil {
            throw YAMLFault(place: place, message: "expected a key, found a collection; keys are plain words")
        }
        guard open.count < Self.deepest else {
            report.unreadable(place, "nested deeper than \(Self.deepest) levels")
            skipped = (place, 1)
            return
        }
        open.append(OpenCollection(place: place, anchor: anchor, isMapping: isMapping))
    }

    /// Whether an event belongs to a collection that is nested too deep.
    private mutating func skips(_ event: YAMLEvent) throws(YAMLFault) -> Bool {
        guard let (place, depth) = skipped else { return false }
        switch event {
        case .sequenceStart, .mappingStart: skipped = (place, depth + 1)
        case .collectionEnd where depth > 1: skipped = (place, depth - 1)
        case .collectionEnd:
            skipped = nil
            try add(.nothing(at: place), anchor: nil, at: place)
        default: break
        }
        return true
    }

    private mutating func end() throws(YAMLFault) {
        guard let collection = open.popLast() else { return }
        let content: YAMLNode.Content =
            collection.isMapping
            ? .mapping(merged(collection)) : .sequence(collection.items)
        try add(YAMLNode(content, at: collection.place), anchor: collection.anchor, at: collection.place)
    }

    private mutating func addAlias(_ name: String, at place: YAMLPlace) throws(YAMLFault) {
        guard let node = anchors[name] else {
            // The name is not repeated: it may be a secret that lacks its quotes.
            let hint = NearestSpelling.hint(
                name, among: anchors.keys, orElse: "a text that begins with '*' stands in quotes")
            report.unreadable(place, "there is no such anchor before this\(hint)")
            return try add(.nothing(at: place), anchor: nil, at: place)
        }
        let (sum, overflow) = aliasedValues.addingReportingOverflow(node.weight)
        guard !overflow, sum <= Self.mostAliasedValues else {
            throw YAMLFault(
                place: place, message: "aliases stand for more than \(Self.mostAliasedValues) values in all; write less"
            )
        }
        aliasedValues = sum
        try add(node, anchor: nil, at: place)
    }

    private mutating func add(_ node: YAMLNode, anchor: String?, at place: YAMLPlace) throws(YAMLFault) {
        if let anchor { anchors[anchor] = node }
        guard let last = open.indices.last else {
            root = node
            return
        }
        guard open[last].isMapping else {
            open[last].items.append(node)
            return
        }
        if let key = open[last].pendingKey {
            open[last].pendingKey = nil
            addEntry(key, node, to: last)
        } else if case .scalar(let scalar) = node.content {
            open[last].pendingKey = (scalar.text, place)
        } else {
            throw YAMLFault(place: place, message: "expected a key, found \(node.kind); keys are plain words")
        }
    }

    private mutating func addEntry(_ key: (text: String, place: YAMLPlace), _ node: YAMLNode, to last: Int) {
        if let first = open[last].keys.updateValue(key.place, forKey: key.text) {
            open[last].keys[key.text] = first
            let advice = key.text == "<<" ? "merge both by one list, <<: [*one, *other]" : "remove one of them"
            report.error(key.place, "\(quoted(key.text)) is given twice, first in line \(first.line); \(advice)")
        } else if key.text == "<<" {
            open[last].merge = node
        } else {
            open[last].entries.append(YAMLNode.Entry(key: key.text, keyPlace: key.place, value: node))
        }
    }

    /// The entries with those of `<<` behind them; a mapping's own entries win, then the earlier merge.
    private func merged(_ collection: OpenCollection) -> [YAMLNode.Entry] {
        guard let merge = collection.merge else { return collection.entries }
        var entries = collection.entries
        var keys = Set(entries.map(\.key))
        let sources: [YAMLNode] = if case .sequence(let nodes) = merge.content { nodes } else { [merge] }
        for source in sources {
            guard case .mapping(let merged) = source.content else {
                report.error(source.place, "expected a mapping to merge by '<<', found \(source.kind)")
                continue
            }
            for entry in merged where keys.insert(entry.key).inserted { entries.append(entry) }
        }
        return entries
    }
}
