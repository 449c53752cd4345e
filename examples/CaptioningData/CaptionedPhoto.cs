namespace MLNetDeepExtensions.Examples;

/// <summary>A row of a captioning data set: what <c>ml.Data.LoadFromCaptions</c> gives.</summary>
internal sealed class CaptionedPhoto
{
    public string ImagePath { get; set; } = "";

    public string[] Caption { get; set; } = [];
}

/// <summary>The same, with what a captioner says of the image.</summary>
internal sealed class DescribedPhoto
{
    public string ImagePath { get; set; } = "";

    public string[] Caption { get; set; } = [];

    public string PredictedCaption { get; set; } = "";

    public float Score { get; set; }

    public string[] CandidateCaptions { get; set; } = [];
}
