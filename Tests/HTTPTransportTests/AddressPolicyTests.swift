import HTTPTransport
import Testing

@Suite("A policy of addresses")
struct AddressPolicyTests {
    /// The first and the last address of every special range.
    static let special = [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "100.100.100.200",
        "127.0.0.0", "127.0.0.1", "127.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.169.254",
        "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.192", "192.0.0.255", "192.0.2.0",
        "192.0.2.255", "192.88.99.0", "192.88.99.255", "192.168.0.0", "192.168.255.255", "198.18.0.0",
        "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0",
        "239.255.255.255", "240.0.0.0", "255.255.255.255",
        "::", "::1", "::7f00:1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:10.0.0.1",
        "64:ff9b::a00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "100:0:0:1::1", "2001::1", "2001:0:7f00:1::",
        "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff:ffff::", "2001:db8::", "2001:db8:ffff::1", "2002::1",
        "2002:7f00:1::1", "2002:ffff::", "3fff::", "3fff:fff:ffff::", "4000::1", "5f00::1", "8000::1", "fc00::",
        "fd00:ec2::254", "fdff:ffff::1", "fe80::", "fe80::1", "febf::1", "fec0::1", "ff00::", "ff02::1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ]

    /// The neighbours of the special ranges, and some that everybody knows.
    static let ordinary = [
        "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
        "191.255.255.255", "192.0.1.0", "192.0.1.255", "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255",
        "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0",
        "223.255.255.255", "8.8.8.8", "223.5.5.5",
        "2000::", "2001:200::", "2001:4860:4860::8888", "2001:db7:ffff::", "2001:db9::", "2003::", "2400:3200::1",
        "2606:4700::1111", "3ffe::1", "3fff:1000::",
    ]

    @Test("that lets the public Internet through alone refuses every special address", arguments: special)
    func refuses(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!AddressPolicy.publicOnly().allows(address))
        #expect(AddressPolicy.unrestricted.allows(address))
    }

    @Test("lets public addresses through, also those beside special ones", arguments: ordinary)
    func allows(_ text: String) throws {
        #expect(AddressPolicy.publicOnly().allows(try #require(IPAddress(text))))
    }

    @Test("makes the exceptions that it is told, and no others")
    func exceptions() throws {
        let policy = AddressPolicy.publicOnly(allowing: ["10.1.0.0/16", "127.0.0.1", "fd00:7::/32"])
        for text in ["10.1.0.0", "10.1.255.255", "127.0.0.1", "fd00:7::1", "8.8.8.8"] {
            #expect(policy.allows(try #require(IPAddress(text))), "\(text)")
        }
        for text in [
            "10.0.255.255", "10.2.0.0", "127.0.0.2", "fd00:8::1", "::ffff:10.1.0.1", "::1", "::ffff:127.0.0.1",
        ] {
            #expect(!policy.allows(try #require(IPAddress(text))), "\(text)")
        }
        #expect(AddressPolicy.publicOnly(allowing: ["0.0.0.0/0"]).allows(.v4(0x7F00_0001)))
        #expect(!AddressPolicy.publicOnly(allowing: ["0.0.0.0/0"]).allows(.v6(1)))
        #expect(AddressPolicy.publicOnly(allowing: ["::/0"]).allows(.v6(1)))
    }

    @Test("knows an address however it is written")
    func spellings() {
        #expect(IPAddress("127.0.0.1") == .v4(0x7F00_0001))
        for text in ["::ffff:127.0.0.1", "::FFFF:7F00:1", "0:0:0:0:0:ffff:7f00:0001", "0::ffff:127.0.0.1"] {
            #expect(IPAddress(text) == .v6(0xFFFF_7F00_0001), "\(text)")
        }
        #expect(IPAddress("1:2:3:4:5:6:7:8") == IPAddress("1:2:3:4:5:6:0.7.0.8"))
        #expect(IPAddress("1::8") == IPAddress("1:0:0:0:0:0:0:8") && IPAddress("1::") == .v6(1 << 112))
    }

    @Test(
        "reads nothing else as an address",
        arguments: [
            "", "1", "127.1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "+1.2.3.4", "0x7f.0.0.1",
            "1..2.3",
            ":", ":::", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "::g", "::+1",
            "::1.2.3",
            "1.2.3.4::", "::1.2.3.4:5", "fe80::1%eth0", "[::1]", "localhost",
        ])
    func malformed(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test(
        "reads nothing else as a range",
        arguments: [
            "", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.1/8", "fd00::/129",
            "fd00::1/16",
            "10.0.0.0/8/8", "/8", "example.com/8", "10/8",
        ])
    func malformedRange(_ text: String) {
        #expect(throws: AddressRange.Invalid.self) { try AddressRange(text) }
    }
}
