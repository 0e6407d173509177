using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Engagement.Core.Sites;
using Engagement.Desks.Webhooks;
using Engagement.Testing;

namespace Hosts.Tests.Desks;

/// <summary>What <c>deploy/desks/README.md</c> tells a receiver to run, run.</summary>
public sealed partial class ReceivingSnippetTests : IDisposable
{
    private const string Old = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string New = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    private const long Now = 1_763_812_800;
    private const string Body = """{"type":"card.accepted","timestamp":"2026-11-22T12:00:00.000Z","data":{"site":"shop"}}""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NodeFact]
    public async Task Receive_AsWeSign_TakesTheNewAndTheOldSecretOnceAndNothingElse()
    {
        var both = WebhookSigner.Sign("o_1:card", Now, Encoding.UTF8.GetBytes(Body), [SecretOf(New), SecretOf(Old)]);
        var cases = new object?[]
        {
            Case("new", both, [New], Now), Case("old", both, [Old], Now + 299), Case("stranger", both, ["whsec_" + Convert.ToBase64String(new byte[24])], Now),
            Case("late", both, [New], Now + 301), Case("early", both, [New], Now - 301), Case("changed", both, [New], Now, Body.Replace("shop", "shoq", StringComparison.Ordinal)),
            Case("unsigned", "", [New], Now), Case("garbage", "v1,AAAA v2 v1", [New], Now), Case("repeat", both, [New], Now + 5, id: "o_1:card", twice: true),
        };
        var script = _folder.File("receive.js");
        await File.WriteAllTextAsync(script, $$"""
            {{Snippet()}}
            const results = {};
            for (const c of {{JsonSerializer.Serialize(cases)}}) {
              const seen = new Set(), headers = { 'webhook-id': c.id, 'webhook-timestamp': String(c.timestamp), 'webhook-signature': c.signature };
              try {
                results[c.name] = receive(headers, Buffer.from(c.body), c.secrets, seen, c.now)?.type ?? null;
                if (c.twice) results[c.name] = receive(headers, Buffer.from(c.body), c.secrets, seen, c.now);
              } catch (e) { results[c.name] = e.message; }
            }
            console.log(JSON.stringify(results));
            """);
        var results = JsonSerializer.Deserialize<Dictionary<string, string?>>(await VendorClients.RunAsync(script, []))!;
        Assert.Equal(("card.accepted", "card.accepted", null), (results["new"], results["old"], results["repeat"]));
        Assert.All(["stranger", "changed", "unsigned", "garbage"], name => Assert.Equal("not signed by us", results[name]));
        Assert.All(["late", "early"], name => Assert.StartsWith("too old", results[name], StringComparison.Ordinal));
    }

    private static object Case(string name, string signature, string[] secrets, long now, string body = Body, string id = "o_1:card", bool twice = false) =>
        new { name, id, timestamp = Now, signature, body, secrets, now, twice };

    private static SiteSecret SecretOf(string text) => new(Convert.FromBase64String(text["whsec_".Length..]));

    private static string Snippet()
    {
        var found = Script().Matches(File.ReadAllText(Repository.PathOf("deploy", "desks", "README.md")));
        return Assert.Single(found).Groups[1].Value;
    }

    [GeneratedRegex("```js\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Script();
}

/// <summary>A fact that needs Node.</summary>
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = VendorClients.Find("node") is null ? "node is not installed (Debian: nodejs)" : null;
}
