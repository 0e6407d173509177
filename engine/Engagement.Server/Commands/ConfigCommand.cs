using System.CommandLine;
using Engagement.Engine.Sites;

namespace Engagement.Server.Commands;

/// <summary><c>config check</c> and <c>config hash-key</c>.</summary>
public static class ConfigCommand
{
    public static Command Create()
    {
        var directory = new Option<DirectoryInfo>("--config")
        {
            Description = "Directory of site files",
            DefaultValueFactory = _ => new DirectoryInfo(ServeCommand.DefaultConfig),
        };
        var check = new Command("check", "Reads all site files and says everything that is wrong in any of them") { directory };
        check.SetAction(result => Check(result.GetRequiredValue(directory), result.InvocationConfiguration.Output));
        var hashKey = new Command("hash-key", "Reads a key from standard input and prints the hash that a site file holds instead of it");
        hashKey.SetAction(result => HashKey(Console.In, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error));
        return new Command("config", "Looks over site files") { check, hashKey };
    }

    /// <summary>Prints one line for each error; 1 when there is any, 2 when there is no such directory.</summary>
    public static int Check(DirectoryInfo directory, TextWriter output)
    {
        if (!directory.Exists)
        {
            output.WriteLine($"{directory.FullName} is not there");
            return ExitCodes.BadConfiguration;
        }
        var reading = new SiteDirectoryReader(new SiteOptions { Directories = [new SiteDirectory(directory.FullName)] }).Read();
        foreach (var error in reading.Errors) output.WriteLine(error);
        foreach (var site in reading.Catalog.Sites) output.WriteLine($"{site.Id}: valid, {site.Mode.ToString().ToLowerInvariant()}, {site.Keys.Length} keys");
        output.WriteLine(reading.Errors.Count == 0 ? $"{reading.Catalog.Sites.Length} sites, no errors" : $"{reading.Errors.Count} errors");
        return reading.Errors.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <summary>Prints the hash of the first line; a key shorter than 16 characters is refused.</summary>
    public static int HashKey(TextReader input, TextWriter output, TextWriter error)
    {
        var key = input.ReadLine()?.Trim() ?? "";
        if (key.Length is < 16 or > 256)
        {
            error.WriteLine($"The key has {key.Length} characters; allowed: 16 to 256, such as `openssl rand -hex 24` prints");
            return ExitCodes.Failed;
        }
        output.WriteLine(DemoKeys.HashOf(key));
        return ExitCodes.Ok;
    }
}
