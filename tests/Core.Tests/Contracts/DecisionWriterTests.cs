using System.Buffers;
using System.Text;
using Core.Tests.Decisions;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Core.Tests.Contracts;

public sealed class DecisionWriterTests
{
    private static readonly SiteModel[] s_sites = [Visitors.Site(), Visitors.Site(policy: new SitePolicy { Version = "a \"quoted\" <policy> für alle", PurposefulThreshold = 1, FlounderingThreshold = 0 })];

    [Fact]
    public void Write_AnyChange_IsByteForByteTheSerializers()
    {
        var random = new Random(20261122);
        var (writer, output) = (new DecisionWriter(), new ArrayBufferWriter<byte>());
        for (var i = 0; i < 20_000; i++)
        {
            var (change, site) = (Any(random), s_sites[i % s_sites.Length]);
            output.ResetWrittenCount();
            var epoch = random.NextInt64(1, 2_000_000_000_000);
            Assert.Equal(writer.Write(change, site, epoch, output), output.WrittenCount);
            Assert.Equal(Encoding.UTF8.GetString(DecisionRecord.From(change, site, epoch).ToJson()), Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public void Write_SteadyState_AllocatesNothing()
    {
        var (writer, output, change) = (new DecisionWriter(), new ArrayBufferWriter<byte>(8_192), Any(new Random(1)));
        Assert.Equal(0, Allocations.Of(1_000, () =>
        {
            output.ResetWrittenCount();
            writer.Write(change, s_sites[0], 7, output);
        }));
    }

    private static DecisionChange Any(Random random) => new(
        "shop", new VisitorKey((ulong)random.NextInt64(), (ulong)random.NextInt64()),
        new DecisionId(new SessionId((ulong)random.NextInt64(), (ulong)random.NextInt64()), random.Next(1, 600)),
        Visitors.Noon + TimeSpan.FromMilliseconds(random.NextInt64(-10_000_000_000, 10_000_000_000)), random.Next(2) == 0,
        Pick<VisitorState>(random), Number(random), Number(random), (Reasons)Bits<Reasons>(random, r => (uint)r), (Blockers)Bits<Blockers>(random, b => (uint)b),
        Pick<OfferStatus>(random), random.Next(3));

    private static T Pick<T>(Random random) where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private static uint Bits<T>(Random random, Func<T, uint> bits) where T : struct, Enum =>
        random.Next(4) == 0 ? 0 : Enum.GetValues<T>().Where(_ => random.Next(4) == 0).Aggregate(0u, (all, flag) => all | bits(flag));

    private static float Number(Random random) => random.Next(8) switch
    {
        0 => float.NaN,
        1 => 0,
        2 => 1,
        3 => 1e-7f,
        4 => -0f,
        _ => random.NextSingle(),
    };
}
