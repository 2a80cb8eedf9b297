'use strict';

const net = require('node:net');
const { refusal } = require('./refusal');

// endpoints of AWS, and where its SDKs look for credentials of the machine
const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$|^169\.254\.(169\.254|170\.2)$|^fd00:ec2::254$/i;

/** Refuses connections of this process to AWS: the last net, for clients that plugins bring along. → undoes it */
function refuseAwsConnections(intercepted) {
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function refusing(...args) {
    // `net.connect` hands its normalised arguments over as one list
    const options = Array.isArray(args[0]) ? args[0][0] : args[0];
    const host = options && typeof options === 'object' ? options.host : args[1];
    if (typeof host !== 'string' || !AWS_HOST.test(host)) return connect.apply(this, args);
    intercepted.push({ service: host, operation: 'connect' });
    process.nextTick(() => this.destroy(refusal(host)));
    return this;
  };
  return () => {
    net.Socket.prototype.connect = connect;
  };
}

module.exports = { refuseAwsConnections };
