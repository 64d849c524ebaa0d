import Foundation

/// What the operating system says about this process.
enum Measurement {
    /// User and system time of all threads, in seconds.
    static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// The most memory the process ever had, in MiB: VmHWM of /proc/self/status.
    static func peakMemory() -> Double { memory("VmHWM:") }

    /// The memory that the process has now, in MiB: VmRSS.
    static func memory() -> Double { memory("VmRSS:") }

    /// The memory that another process has now, in MiB.
    static func memory(of process: String) -> Double { memory("VmRSS:", of: process) }

    /// User and system time of all threads of another process, in seconds.
    static func processorSeconds(of process: String) -> Double {
        guard let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return 0 }
        // The name before may hold anything; behind it `utime` and `stime` are the 12th and 13th field.
        let fields = line.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func memory(_ field: String, of process: String = "self") -> Double {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix(field) }),
            let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({
                Double($0)
            })
        else { return 0 }
        return kibibytes / 1_024
    }

    /// One JSON line with keys in the given order.
    static func line(_ figures: KeyValuePairs<String, Double>) -> String {
        let parts = figures.map { "\"\($0.key)\":\(rounded($0.value))" }
        return "{\(parts.joined(separator: ","))}"
    }

    private static func rounded(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String((value * 1_000).rounded() / 1_000)
    }
}
