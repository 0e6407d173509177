using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Text;
using Engagement.Core;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.PostHog;

/// <summary>
/// The body behind posthog-js's encodings: gzip, and base64 in a form. Told by the bytes, for the library says of a gzip body that it is
/// <c>text/plain</c>, and in newer versions not even <c>?compression=gzip-js</c>. Pure.
/// </summary>
internal static class PostHogEncoding
{
    private const string Field = "data=";

    private static ReadOnlySpan<byte> Gzip => [0x1F, 0x8B];

    /// <summary>Throws <see cref="InvalidDataException"/> for what only looks encoded, and 413 beyond <see cref="Limits.RequestBytesMax"/>.</summary>
    public static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> body)
    {
        var bytes = body.Span;
        if (bytes.StartsWith(Gzip)) return Unpacked(body);
        if (bytes.IsEmpty || bytes[0] is (byte)'{' or (byte)'[') return body;
        return FieldOf(Encoding.UTF8.GetString(bytes)) is { } field ? OfField(field) : body;
    }

    /// <summary>The form's <c>data</c>; null where the body is no such form.</summary>
    private static string? FieldOf(string form)
    {
        foreach (var pair in form.Split('&'))
        {
            if (pair.StartsWith(Field, StringComparison.Ordinal)) return WebUtility.UrlDecode(pair[Field.Length..]);
        }
        return null;
    }

    private static ReadOnlyMemory<byte> OfField(string field)
    {
        if (field.Length > 0 && field[0] is '{' or '[') return Encoding.UTF8.GetBytes(field);
        // A plus that was not encoded has become a space.
        var text = field.Replace(' ', '+');
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length)) throw new InvalidDataException("Not base64.");
        return bytes.AsSpan(0, length).StartsWith(Gzip) ? Unpacked(bytes.AsMemory(0, length)) : bytes.AsMemory(0, length);
    }

    /// <summary>Never more than a request may have: what a small gzip could grow to is not made.</summary>
    private static ReadOnlyMemory<byte> Unpacked(ReadOnlyMemory<byte> packed)
    {
        using var unpacked = new GZipStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var buffer = new ArrayBufferWriter<byte>(4 * packed.Length);
        while (true)
        {
            var count = unpacked.Read(buffer.GetSpan());
            if (count == 0) return buffer.WrittenMemory;
            buffer.Advance(count);
            if (buffer.WrittenCount > Limits.RequestBytesMax) throw new BadHttpRequestException("Too large unpacked.", StatusCodes.Status413PayloadTooLarge);
        }
    }
}
