using Engagement.Engine.Sites;
using Engagement.Server.Commands;
using Engagement.Server.Hosting;
using Hosts.Tests.Sites;

namespace Hosts.Tests.Server;

public sealed class ConfigCommandTests
{
    [Fact]
    public void Check_SeveralFilesWithErrors_PrintsAllOfThemAndFails()
    {
        using var files = new SiteFiles();
        files.Write("a", "{ \"site\": \"a\", \"mode\": \"on\", \"secret\": { \"env\": \"ENGAGEMENT_NO_SUCH_VARIABLE\" } }");
        files.Write("b", "{ \"site\": \"c\", \"polcy\": {} }");
        var output = new StringWriter();

        var code = ConfigCommand.Check(new DirectoryInfo(files.Path), output);

        Assert.Equal(ExitCodes.Failed, code);
        foreach (var expected in new[] { "a.json: $.mode", "a.json: $.secret", "b.json: $.site", "b.json: $.polcy", "b.json: $.secret" })
            Assert.Contains(expected, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ValidFiles_SaysSo()
    {
        using var files = new SiteFiles();
        files.WriteSecret("shop.secret");
        files.Write("shop", SiteFiles.Valid("shop"));
        var output = new StringWriter();
        Assert.Equal(ExitCodes.Ok, ConfigCommand.Check(new DirectoryInfo(files.Path), output));
        Assert.Contains("1 sites, no errors", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void HashKey_Key_IsTheHashThatASiteFileTakes()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(ExitCodes.Ok, ConfigCommand.HashKey(new StringReader("a-key-of-sixteen-characters\n"), output, error));
        Assert.Equal(DemoKeys.HashOf("a-key-of-sixteen-characters"), output.ToString().Trim());
    }

    [Fact]
    public void HashKey_ShortKey_IsRefusedWithoutAHash()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(ExitCodes.Failed, ConfigCommand.HashKey(new StringReader("short"), output, error));
        Assert.Empty(output.ToString());
        Assert.Contains("16 to 256", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "0.0.0.0", "all", "loopback")]
    [InlineData(true, "192.168.1.5", "all", "loopback")]
    [InlineData(false, "somewhere", "all", "IP address")]
    [InlineData(false, null, "collector", "--kafka and --redis")]
    [InlineData(false, null, "engine", "--kafka and --redis")]
    public void Refusal_OptionsThatCannotBeServed_SaysWhatIsAllowed(bool demo, string? bind, string role, string expected) =>
        Assert.Contains(expected, new ServeOptions { Data = "x", Demo = demo, Bind = bind, Role = role }.Refusal()!, StringComparison.Ordinal);

    [Theory]
    [InlineData(true, null)]
    [InlineData(true, "::1")]
    [InlineData(false, null)]
    [InlineData(false, "10.0.0.1")]
    public void Refusal_OptionsThatCan_IsNone(bool demo, string? bind) => Assert.Null(new ServeOptions { Data = "x", Demo = demo, Bind = bind }.Refusal());

    [Fact]
    public void Version_NamesFeedAndModels()
    {
        var lines = VersionText.Lines().ToList();
        Assert.Contains(lines, line => line.StartsWith("packages   whole feed, ", StringComparison.Ordinal) || line.StartsWith("packages   partial feed, ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("model      published-struggle-rules/", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("model      purposeful/", StringComparison.Ordinal));
    }
}
