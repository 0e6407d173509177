using System.Text;
using Engagement.Engine.Stream;

namespace Hosts.Tests.Stream;

/// <summary>Vectors: hashes that Kafka's own client gives for these keys.</summary>
public sealed class Murmur2Tests
{
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Hash_KafkasVectors_SameHash(string key, int expected) => Assert.Equal(expected, Murmur2.Hash(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void PartitionOf_AnyKey_InRange()
    {
        for (var i = 0; i < 10_000; i++) Assert.InRange(Murmur2.PartitionOf(Encoding.UTF8.GetBytes($"demo:{i:x32}"), 7), 0, 6);
    }
}
