using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core.Events;
using FsCheck;
using FsCheck.Fluent;

namespace Engagement.Core.Tests.Events;

/// <summary>Any bytes: never a throw, always a typed answer, and never another opinion of what JSON is than the platform's reader has.</summary>
public sealed class EventMutationTests
{
    private static readonly int s_rounds = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 100_000 : 5_000;

    private static readonly byte[][] s_bodies =
    [
        Encoding.UTF8.GetBytes(VisitorEventReaderTests.Record.Replace("0123456789abcdef000000000000002a", "anna", StringComparison.Ordinal)),
        """{"id":"1","visitor":"v\u0041\ud83d\ude00","type":"custom","name":"x","page":{"title":"ü \" \\ \/"},"x":[[],{},[{"a":[0,-1,1e5,2.5E-3]}],true,false,null]}"""u8.ToArray(),
        """{"id":"1","visitor":"v","type":"article_rated","occurredAt":1795341040123.5,"article":{"id":"a","helpful":true},"privacy":{"consent":true,"gpc":false,"dnt":null,"noInvitation":true}}"""u8.ToArray(),
        """{"id":"1","visitor":"v","type":"product_added","occurredAt":"2026-11-22T09:50:40+05:30","product":{"id":"p","price":0.5,"quantity":2},"cart":{"items":1,"value":1}}"""u8.ToArray(),
    ];

    private readonly VisitorEventReader _reader = new();
    private readonly VisitorEventReader _recordReader = new();
    private readonly CanonicalEventWriter _writer = new();

    [Fact]
    public void ReadClient_MutatedBody_AgreesWithThePlatformAndWritesWhatItAccepts()
    {
        var random = new Random(20261122);
        var (accepted, malformed) = (0, 0);
        for (var round = 0; round < s_rounds; round++)
        {
            var json = Mutate(s_bodies[random.Next(s_bodies.Length)], random);
            var result = _reader.ReadClient(json, out var e);
            var shown = $"round {round.ToString(CultureInfo.InvariantCulture)}: {result.Error} {Encoding.UTF8.GetString(json)}";
            Assert.True(Enum.IsDefined(result.Error), shown);
            Assert.True(result.ByteOffset >= 0 && result.ByteOffset <= json.Length, shown);
            var isJson = IsObject(json);
            if (result.Error == EventReadError.MalformedJson) Assert.False(isJson, shown);
            if (!isJson) Assert.False(result.IsOk, shown);
            malformed += isJson ? 0 : 1;
            if (!result.IsOk) continue;
            accepted++;
            AssertWritten(json, e, shown);
        }
        Assert.True(accepted > s_rounds / 50 && malformed > s_rounds / 10, $"{accepted} accepted, {malformed} malformed: the mutations say nothing");
    }

    [Fact]
    public void TryRead_AnyBytes_IsTypedAndDoesNotThrow()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => Enum.IsDefined(_reader.TryRead(bytes, out _).Error)
            && Enum.IsDefined(_reader.ReadClient(bytes, out _).Error)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void TryWrite_AnyText_ComesBackAsItWasOrMasked()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            text = (text ?? "").Length > 100 ? text![..100] : text ?? "";
            var json = JsonSerializer.SerializeToUtf8Bytes(new { id = "1", visitor = "v", type = "page_viewed", page = new { title = text } });
            if (!_reader.ReadClient(json, out var e).IsOk) return false;
            if (!_writer.TryWrite(json, e, new RecordStamp("demo"u8, new VisitorKey(1, 2), new Instant(0), e.Privacy), out var record)) return false;
            if (!_recordReader.TryRead(record, out var read).IsOk) return false;
            Span<byte> masked = new byte[Core.Privacy.PersonalDataMasker.MaskedBytesMax(e.PageTitle.Length)];
            var isMasked = Core.Privacy.PersonalDataMasker.TryMask(e.PageTitle, Core.Privacy.MaskScope.Text, masked, out var length);
            return read.PageTitle.SequenceEqual(isMasked ? masked[..length] : e.PageTitle);
        }).QuickCheckThrowOnFailure();
    }

    private void AssertWritten(byte[] json, in VisitorEvent e, string shown)
    {
        Assert.True(_writer.TryWrite(json, e, new RecordStamp("demo"u8, new VisitorKey(1, 2), new Instant(0), e.Privacy), out var record), shown);
        Assert.True(IsObject(record.ToArray()), shown);
        Assert.Equal(EventReadResult.Ok, _recordReader.TryRead(record, out var read));
        Assert.True(read.Id.SequenceEqual(e.Id) && read.Type == e.Type && read.Privacy == e.Privacy, shown);
    }

    private static bool IsObject(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Limits.EventDepthMax });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Mutate(byte[] body, Random random)
    {
        var bytes = body.ToList();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, length); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 4: bytes.Insert(at, "{}[]\",:\\0e-. tn"u8[random.Next(15)]); break;
                case 5: bytes.Insert(at, (byte)' '); break;
                default: bytes.RemoveRange(at, random.Next(10) == 0 ? bytes.Count - at : 0); break;
            }
            if (bytes.Count == 0) bytes.Add((byte)'{');
        }
        return [.. bytes];
    }
}
