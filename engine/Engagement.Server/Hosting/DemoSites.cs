using System.Security.Cryptography;
using Engagement.Engine.Sites;

namespace Engagement.Server.Hosting;

/// <summary>The demo's site files, which lie beside the program, and its secrets, which are made at the first start in the data directory.</summary>
public static class DemoSites
{
    private static readonly string[] Secrets = ["demo.secret", "demo-replay.secret", "demo-traffic.secret"];

    /// <summary>The directory of the demo's sites, with its secrets in place.</summary>
    public static SiteDirectory Prepare(string data)
    {
        var directory = Directory.CreateDirectory(Path.Combine(data, "secrets"));
        foreach (var name in Secrets)
        {
            var file = Path.Combine(directory.FullName, name);
            if (!File.Exists(file)) WriteSecret(file, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }
        return new SiteDirectory(Path.Combine(AppContext.BaseDirectory, "demo", "sites"), directory.FullName);
    }

    /// <summary>Writes a file that only this user can read.</summary>
    public static void WriteSecret(string file, string secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.WriteLine(secret);
    }
}
