using Engagement.Engine.Sites;

namespace Hosts.Tests.Sites;

public sealed class PluginModelReaderTests
{
    /// <summary>How it loads where the plug-in is, tests/Training.MLNet.Tests says.</summary>
    [Fact]
    public void ReadPurposeful_ZipWithoutThePlugin_SaysWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        var zip = folder.File("model.zip");
        File.WriteAllBytes(zip, [1, 2, 3]);
        Assert.Null(new SiteModelReader(Path.GetDirectoryName(zip)!).ReadPurposeful("model.zip", Path.GetDirectoryName(zip)!, out var cause));
        Assert.Contains("Engagement.Scoring.MLNet.dll beside the program", cause, StringComparison.Ordinal);
    }
}
