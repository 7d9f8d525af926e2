/** Things to send for somebody who has no file at hand, drawn and computed here. */

const SCENES = [parcel, receipt, screen];

/** `count` different photos as JPEG files. */
export function photos(count = 1) {
  return Promise.all(SCENES.slice(0, count).map((scene, index) => picture(scene, `photo-${index + 1}.jpg`)));
}

function picture(scene, name) {
  const canvas = document.createElement("canvas");
  canvas.width = 1200;
  canvas.height = 900;
  scene(canvas.getContext("2d"));
  return new Promise((done) => {
    canvas.toBlob((blob) => done(new File([blob], name, { type: "image/jpeg" })), "image/jpeg", 0.86);
  });
}

function backdrop(pen, from, to) {
  const shade = pen.createLinearGradient(0, 0, 0, 900);
  shade.addColorStop(0, from);
  shade.addColorStop(0.62, to);
  pen.fillStyle = shade;
  pen.fillRect(0, 0, 1200, 900);
}

function shape(pen, colour, ...points) {
  pen.fillStyle = colour;
  pen.beginPath();
  points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
  pen.fill();
}

function stroke(pen, colour, width, ...points) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.lineCap = "round";
  pen.beginPath();
  points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.stroke();
}

/** A crushed parcel on a floor. */
function parcel(pen) {
  backdrop(pen, "#e9dfd1", "#cdbda6");
  shape(pen, "#a8967c", [0, 640], [1200, 560], [1200, 900], [0, 900]);
  pen.filter = "blur(18px)";
  shape(pen, "rgba(60,40,20,.45)", [240, 770], [980, 720], [1010, 800], [300, 850]);
  pen.filter = "none";
  shape(pen, "#c58f57", [270, 400], [640, 480], [640, 810], [290, 720]);
  shape(pen, "#a9733f", [640, 480], [950, 380], [930, 690], [640, 810]);
  shape(pen, "#dcab75", [270, 400], [590, 310], [690, 372], [780, 318], [950, 380], [640, 480]);
  shape(pen, "#8a5a2d", [590, 310], [690, 372], [780, 318], [700, 430]);
  shape(pen, "#e9c79b", [430, 434], [500, 449], [500, 775], [430, 757]);
  stroke(pen, "#70461f", 7, [640, 482], [672, 560], [640, 600], [690, 668], [655, 730]);
  stroke(pen, "#70461f", 5, [672, 560], [740, 540]);
  shape(pen, "#f4efe6", [700, 560], [860, 505], [852, 610], [700, 668]);
  for (const line of [0, 26, 52]) stroke(pen, "#9b9389", 6, [722, 586 + line], [832 - line, 548 + line]);
}

/** A till receipt with one line marked. */
function receipt(pen) {
  backdrop(pen, "#3f5a66", "#2b414c");
  pen.save();
  pen.translate(600, 450);
  pen.rotate(-0.07);
  pen.shadowColor = "rgba(0,0,0,.45)";
  pen.shadowBlur = 40;
  pen.shadowOffsetY = 18;
  const teeth = Array.from({ length: 21 }, (_, index) => [230 - index * 23, index % 2 ? 372 : 390]);
  shape(pen, "#fbfaf5", [-230, -390], [230, -390], ...teeth);
  pen.shadowColor = "transparent";
  pen.fillStyle = "#26343a";
  pen.fillRect(-110, -340, 220, 26);
  pen.fillStyle = "#8a9499";
  pen.fillRect(-70, -298, 140, 12);
  for (let row = 0; row < 9; row += 1) {
    pen.fillStyle = row === 5 ? "#f7c9c4" : "transparent";
    pen.fillRect(-205, -252 + row * 54, 410, 44);
    pen.fillStyle = "#5d686d";
    pen.fillRect(-190, -238 + row * 54, 120 + ((row * 53) % 90), 14);
    pen.fillRect(120, -238 + row * 54, 66, 14);
  }
  stroke(pen, "#26343a", 5, [-190, 250], [190, 250]);
  pen.fillStyle = "#26343a";
  pen.fillRect(-190, 284, 130, 24);
  pen.fillRect(70, 284, 118, 24);
  pen.strokeStyle = "#cf3b34";
  pen.lineWidth = 8;
  pen.beginPath();
  pen.ellipse(152, 40, 74, 40, -0.1, 0, 7);
  pen.stroke();
  pen.restore();
}

/** A phone with a cracked screen. */
function screen(pen) {
  backdrop(pen, "#dfe7ee", "#b9c8d4");
  pen.save();
  pen.translate(600, 450);
  pen.rotate(0.16);
  pen.shadowColor = "rgba(20,35,50,.5)";
  pen.shadowBlur = 46;
  pen.shadowOffsetY = 22;
  pen.fillStyle = "#1c232a";
  pen.beginPath();
  pen.roundRect(-200, -390, 400, 780, 58);
  pen.fill();
  pen.shadowColor = "transparent";
  const glass = pen.createLinearGradient(-180, -360, 180, 360);
  glass.addColorStop(0, "#2f7f8c");
  glass.addColorStop(1, "#123d4b");
  pen.fillStyle = glass;
  pen.beginPath();
  pen.roundRect(-180, -368, 360, 736, 42);
  pen.fill();
  pen.clip();
  for (let ray = 0; ray < 15; ray += 1) {
    const turn = ray * 0.43;
    const points = [[70, -120]];
    for (let step = 1; step < 6; step += 1) {
      const reach = step * 92;
      const bend = turn + ((ray * step) % 3) * 0.07;
      points.push([70 + Math.cos(bend) * reach, -120 + Math.sin(bend) * reach]);
    }
    stroke(pen, "rgba(240,250,255,.75)", ray % 3 ? 2 : 4, ...points);
  }
  pen.restore();
}

const RATE = 16000;

/** Three seconds that sound like a voice behind a door, as a WAV file. */
export function voice(seconds = 3) {
  const count = seconds * RATE;
  const view = new DataView(new ArrayBuffer(44 + count * 2));
  const letters = (place, text) =>
    [...text].forEach((letter, index) => view.setUint8(place + index, letter.charCodeAt(0)));
  letters(0, "RIFF");
  view.setUint32(4, 36 + count * 2, true);
  letters(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  [1, 1].forEach((value, index) => view.setUint16(20 + index * 2, value, true));
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  letters(36, "data");
  view.setUint32(40, count * 2, true);
  let phase = 0;
  for (let index = 0; index < count; index += 1) {
    const at = index / RATE;
    phase += (2 * Math.PI * (135 + 28 * Math.sin(at * 5.1) + 12 * Math.sin(at * 13))) / RATE;
    const syllable = Math.max(0, Math.sin(at * 11)) * Math.max(0, Math.sin((at / seconds) * Math.PI));
    const tone = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.3 * Math.sin(5 * phase);
    view.setInt16(44 + index * 2, tone * syllable * 9000, true);
  }
  return new File([view], "voice.wav", { type: "audio/wav" });
}

export function invoice() {
  const lines = ["Order 48213", "Date 2026-11-12", "Item: kettle, 1 pc", "Total: 1,840,000", ""];
  return new File([lines.join("\n")], "order-48213.txt", { type: "text/plain" });
}
