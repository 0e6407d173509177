using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Privacy;

namespace Engagement.Collector;

/// <summary>
/// Writes records of rejected events: <c>{"v","site","receivedAt","code","field","dialect","index","bytes","payload"}</c>, the payload masked and cut to
/// <see cref="Limits.RejectPayloadBytesMax"/>. Not thread-safe; what it gives stands until the next write.
/// </summary>
internal sealed class RejectWriter
{
    /// <summary>Masked before it is cut, and this much beyond the cut, so that no half of a number stays at the edge.</summary>
    private const int WindowBytes = Limits.RejectPayloadBytesMax + 1024;

    private readonly ArrayBufferWriter<byte> _record = new(1024);
    private readonly byte[] _masked = new byte[PayloadMasker.MaskedBytesMax(WindowBytes)];

    public ReadOnlySpan<byte> Write(string site, Instant receivedAt, int index, string code, string? field, string? dialect, ReadOnlySpan<byte> payload)
    {
        _record.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_record, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, 1);
        writer.WriteString("site"u8, site);
        writer.WriteString("receivedAt"u8, receivedAt.ToString());
        writer.WriteString("code"u8, code);
        if (field is not null) writer.WriteString("field"u8, field);
        if (dialect is not null) writer.WriteString("dialect"u8, dialect);
        writer.WriteNumber("index"u8, index);
        writer.WriteNumber("bytes"u8, payload.Length);
        if (!payload.IsEmpty) writer.WriteString("payload"u8, Mask(payload));
        writer.WriteEndObject();
        writer.Flush();
        return _record.WrittenSpan;
    }

    /// <summary>As text: what is not UTF-8 is shown by replacement characters.</summary>
    private string Mask(ReadOnlySpan<byte> payload)
    {
        var isCut = payload.Length > WindowBytes;
        var length = PayloadMasker.Mask(isCut ? payload[..WindowBytes] : payload, _masked);
        var keep = Math.Min(length, Limits.RejectPayloadBytesMax);
        if (isCut) keep = Math.Min(keep, Math.Max(0, length - 512));
        return Encoding.UTF8.GetString(_masked.AsSpan(0, keep));
    }
}
