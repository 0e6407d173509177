using System.Text;
using System.Text.RegularExpressions;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>Valid requests, spoilt in seeded ways: of values, of the JSON's form, of single bytes. None may be more than refused.</summary>
internal static partial class HostileRequests
{
    private const int Senders = 8;

    private static readonly string[] s_values =
    [
        "null", "true", "[]", "{}", "-1", "0", "1e999", "-1e999", "1e-400", "99999999999999999999", "1.5", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "\"1,5\"", "\"NaN\"",
        "{\"\\ud800\":1}", "[null,1,\"a\",{},[]]", "\"2026-02-30T00:00:00Z\"", "\"" + new string('ä', 5_000) + "\"", new string('[', 20) + new string(']', 20),
        "{\"amount\":{},\"id\":[],\"url\":7}", "\"data:%%%\"", "1234567890123",
    ];

    /// <param name="host">What is sent to.</param>
    /// <param name="path">Where.</param>
    /// <param name="valid">What is accepted as it stands, and is spoilt.</param>
    /// <param name="more">Headers.</param>
    /// <param name="encode">How a spoilt text becomes a body.</param>
    public static async Task SendAsync(
        CollectorHost host, string path, string[] valid, Action<HttpRequestMessage>? more = null, Func<string, byte[]>? encode = null, string contentType = "application/json")
    {
        const int seed = 20_261_130;
        var count = FuzzedCount.Of;
        var fuzzed = new FuzzedCount();
        encode ??= Encoding.UTF8.GetBytes;
        var accepted = 0;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
        {
            for (var i = sender; i < count; i += Senders)
            {
                fuzzed.Begin(i);
                var random = new Random(seed + i);
                var text = valid[random.Next(valid.Length)];
                for (var times = random.Next(1, 4); times > 0; times--) text = Spoil(text, random);
                var (response, answer) = await host.CallAsync(HttpMethod.Post, path, SpoilBytes(encode(text), random), contentType, more);
                Assert.True((int)response.StatusCode < 500, $"seed {seed}, request {i}: {(int)response.StatusCode} {answer} for {text}");
                if (response.IsSuccessStatusCode) Interlocked.Increment(ref accepted);
                response.Dispose();
            }
        }));
        fuzzed.AssertFlat();
        // Else nothing of a reader but its first check was tried.
        Assert.InRange(accepted, count / 10, count);
    }

    private static string Spoil(string text, Random random)
    {
        var tokens = Token().Matches(text);
        if (tokens.Count == 0) return text;
        var token = tokens[random.Next(tokens.Count)];
        var value = s_values[random.Next(s_values.Length)];
        return string.Concat(text.AsSpan(0, token.Index), value, text.AsSpan(token.Index + token.Length));
    }

    /// <summary>One in ten.</summary>
    private static byte[] SpoilBytes(byte[] body, Random random)
    {
        if (body.Length == 0 || random.Next(10) > 0) return body;
        var at = random.Next(body.Length);
        switch (random.Next(3))
        {
            case 0:
                body[at] = (byte)random.Next(256);
                return body;
            case 1:
                return body[..at];
            default:
                return [.. body[..at], .. body[random.Next(body.Length)..]];
        }
    }

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""|-?\d+(?:\.\d+)?|true|false|null")]
    private static partial Regex Token();
}
