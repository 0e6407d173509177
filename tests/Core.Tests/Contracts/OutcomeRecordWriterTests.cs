using System.Buffers;
using System.Text;
using Core.Tests.Decisions;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Core.Tests.Contracts;

public sealed class OutcomeRecordWriterTests
{
    private static readonly SiteModel[] s_sites = [Visitors.Site(), Visitors.Site(policy: new SitePolicy { Version = "a \"quoted\" <policy> für alle" })];

    [Fact]
    public void Write_AnySession_IsByteForByteTheSerializers()
    {
        var random = new Random(20261122);
        var (writer, output) = (new OutcomeRecordWriter(), new ArrayBufferWriter<byte>());
        for (var i = 0; i < 20_000; i++)
        {
            var (closed, row, site) = (Any(random), Row(random), s_sites[i % s_sites.Length]);
            var drawn = random.Next(2) == 0 ? [] : Row(random);
            output.ResetWrittenCount();
            Assert.Equal(writer.Write(closed, row, drawn, site, output), output.WrittenCount);
            var expected = OutcomeRecord.From(closed, row, site, drawn) is { } record ? Encoding.UTF8.GetString(record.ToJson()) : "";
            Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    [Fact]
    public void Write_WithoutPermissionToTrain_WritesNothing()
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(0, new OutcomeRecordWriter().Write(Any(new Random(1)) with { Privacy = PrivacyScope.Score }, [1f], [], s_sites[0], output));
        Assert.Equal(0, output.WrittenCount);
    }

    private static SessionClosed Any(Random random)
    {
        var started = Visitors.Noon + TimeSpan.FromMilliseconds(random.NextInt64(-10_000_000_000, 10_000_000_000));
        return new SessionClosed(
            "shop", new VisitorKey((ulong)random.NextInt64(), (ulong)random.NextInt64()), new SessionId((ulong)random.NextInt64(), (ulong)random.NextInt64()),
            started, started + TimeSpan.FromMilliseconds(random.Next(7_200_000)), random.Next(1, 500), Pick<VisitorState>(random), Pick<VisitorState>(random),
            Pick<OfferStatus>(random), random.Next(3), random.Next(3), Number(random), Number(random),
            random.Next(8) == 0 ? PrivacyScope.Score : PrivacyScope.All, Pick<SessionEnd>(random), 0)
        {
            DrawnEvent = random.Next(1, 500),
            DrawnOf = random.Next(1, 500),
        };
    }

    private static float[] Row(Random random) => [.. Enumerable.Range(0, FeatureSchema.Count).Select(_ => Number(random))];

    private static T Pick<T>(Random random) where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private static float Number(Random random) => random.Next(14) switch
    {
        0 => float.NaN,
        1 => 0,
        2 => -0f,
        3 => 1e-7f,
        4 => float.MaxValue,
        5 => float.Epsilon,
        6 => 99_999,
        7 => 16_777_216,
        8 => float.NegativeInfinity,
        9 => -random.Next(200),
        10 => random.Next(2_000_000),
        11 => random.NextSingle() * 7_200,
        12 => BitConverter.Int32BitsToSingle(random.Next()),
        _ => random.Next(9),
    };
}
