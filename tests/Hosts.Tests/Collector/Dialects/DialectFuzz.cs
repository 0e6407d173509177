using System.Globalization;
using System.Net;
using System.Text;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>A request that is valid, to be spoilt.</summary>
internal sealed record FuzzedRequest(HttpMethod Method, string Path, string? Body = null, string ContentType = "application/json");

/// <summary>Sends mutations of valid requests: whatever a stranger sends is answered, and never with a fault of our own.</summary>
internal static class DialectFuzz
{
    private static readonly byte[][] s_tokens =
    [
        .. new[]
        {
            "\\ud800", "\\udc00\\ud83d", "\"\\ud800\":1,", "null", "[]", "{}", "true", "-1", "1e999", "99999999999999999999", "0.1", "\"", "\\", "\"\"", ",", "[[[[[[[[[[[[[[[[[[", "{\"a\":",
            "\u0000", "%00", "%", "%ff", "&", "=", "+", "?", ";", "~", "\n", "\ud83d\ude00", "{\"schema\":\"iglu:a/b/c/d\"}", "9007199254740993", "NaN", "Infinity", "e", "=0",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc3], [0xed, 0xa0, 0x80],
    ];

    /// <summary>The seed stands in the message of a failure, with what was sent.</summary>
    public static async Task RunAsync(int seed, params FuzzedRequest[] requests)
    {
        await using var host = await CollectorHost.StartAsync();
        var random = new Random(seed);
        var taken = 0;
        var fuzzed = new FuzzedCount();
        for (var i = 0; i < FuzzedCount.Of; i++)
        {
            fuzzed.Begin(i);
            var request = requests[random.Next(requests.Length)];
            var (path, body) = (request.Path, request.Body is null ? null : Encoding.UTF8.GetBytes(request.Body));
            if (body is not null) body = Mutate(body, random);
            else path = MutateQuery(path, random);
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var (response, answer) = await host.CallAsync(request.Method, $"{path}{separator}key={CollectorHost.WriteKey}", body, body is null ? null : request.ContentType);
            Assert.True((int)response.StatusCode < 500, $"seed {seed}, request {i}: {(int)response.StatusCode} {answer} for {path} {Encoding.UTF8.GetString(body ?? [])}");
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent) taken++;
            response.Dispose();
        }
        fuzzed.AssertFlat();
        // Otherwise nothing was read, and nothing tried.
        Assert.InRange(taken, FuzzedCount.Of / 20, FuzzedCount.Of);
        Assert.NotEmpty(await host.EventsAsync());
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToList();
        for (var n = random.Next(1, 4); n > 0 && mutated.Count > 0; n--)
        {
            var at = random.Next(mutated.Count);
            switch (random.Next(6))
            {
                case 0:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 1:
                    mutated.RemoveRange(at, random.Next(Math.Min(24, mutated.Count - at)));
                    break;
                case 2:
                    mutated.InsertRange(at, mutated.GetRange(at, random.Next(Math.Min(64, mutated.Count - at))));
                    break;
                case 3:
                    mutated.RemoveRange(at, mutated.Count - at);
                    break;
                case 4:
                    ReplaceValue(mutated, at, random);
                    break;
                default:
                    mutated.InsertRange(at, s_tokens[random.Next(s_tokens.Length)]);
                    break;
            }
        }
        return [.. mutated];
    }

    /// <summary>A whole JSON value by one of another kind: what stays JSON goes furthest.</summary>
    private static void ReplaceValue(List<byte> bytes, int at, Random random)
    {
        var colon = bytes.IndexOf((byte)':', at);
        if (colon < 0) return;
        var end = bytes.FindIndex(colon, b => b is (byte)',' or (byte)'}' or (byte)']');
        if (end < 0) return;
        string[] values = ["null", "[]", "{}", "7", "-1", "1e999", "\"\\ud800\"", "[{}]", "true", "\"\"", "[[\"a\"],7,null]", "{\"\\ud800\":{\"\\udfff\":[]}}"];
        bytes.RemoveRange(colon + 1, end - colon - 1);
        bytes.InsertRange(colon + 1, Encoding.UTF8.GetBytes(values[random.Next(values.Length)]));
    }

    private static string MutateQuery(string path, Random random)
    {
        var start = path.IndexOf('?', StringComparison.Ordinal) + 1;
        var text = new StringBuilder(path[..start]);
        foreach (var b in Mutate(Encoding.UTF8.GetBytes(path[start..]), random))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || "%&=+-._~".Contains((char)b, StringComparison.Ordinal)) text.Append((char)b);
            else text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
